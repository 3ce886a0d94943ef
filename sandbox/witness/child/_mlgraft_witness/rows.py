"""A few rows of what a model is given and hands back, kept cheaply and told at the end.

Neither numpy, pandas nor torch is ever imported here: a value of theirs means the program has.
"""

import json
import math
import sys

ROWS = 8
MOST_NUMBERS = 65_536
"""Of one cut; of fewer rows where eight hold more."""
_SCALARS = (float, int, str, bool, type(None))


def cut_rows(value, rows=ROWS):
    """At most so many rows, as a copy of the same kind; None for what has no plain rows."""
    rows = min(rows, _room(value))
    if rows < 1:
        return None
    if isinstance(value, (list, tuple)):
        return _spread(list(value), len(value), rows)
    if _is_tensor(value):
        # The first rows: the first axis may be time, and what comes later depends on them.
        return value.detach()[:rows].clone()
    if hasattr(value, "iloc"):
        return _spread(value.iloc, value.shape[0], rows).copy()
    if hasattr(value, "tocsr"):
        return _spread(value.tocsr(), value.shape[0], rows)
    return _spread(value, value.shape[0], rows).copy()


def cut_pair(inputs, outputs):
    """The same rows of what went in and of what came out; None where they do not correspond."""
    rows = min(ROWS, _room(inputs), _room(outputs))
    if rows < 1 or _count(inputs) != _count(outputs):
        return None
    return cut_rows(inputs, rows), cut_rows(outputs, rows)


def _spread(value, count, rows):
    step = max(1, count // rows)
    return value[0 : step * rows : step]


def _count(value):
    return len(value) if isinstance(value, (list, tuple)) else value.shape[0]


def _room(value):
    """How many rows of it may be kept; 0 for what is no rows at all."""
    if isinstance(value, (list, tuple)):
        first = value[0] if value else ()
        width = len(first) if isinstance(first, (list, tuple)) else 1
        return min(len(value), MOST_NUMBERS // max(width, 1))
    shape = getattr(value, "shape", None)
    if not isinstance(shape, tuple) or not shape or not (_is_tensor(value) or _is_table(value)):
        return 0
    return min(shape[0], MOST_NUMBERS // max(math.prod(shape[1:]), 1))


def _is_tensor(value):
    torch = sys.modules.get("torch")
    if torch is None or type(value) not in (torch.Tensor, torch.nn.Parameter):
        return False
    return value.is_cpu and value.layout is torch.strided


def _is_table(value):
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series)):
        return True
    if numpy is not None and isinstance(value, numpy.ndarray):
        return True
    return hasattr(value, "tocsr") and getattr(value, "ndim", 0) == 2


def tell_rows(cut):
    """What was cut as plain lists that JSON can hold, or None where it cannot."""
    if cut is None:
        return None
    try:
        told = _tell(cut)
        json.dumps(told)
    except (TypeError, ValueError, AttributeError, RuntimeError):
        return None
    return told


def _tell(cut):
    if isinstance(cut, list):
        return _pack("list", ["object"], cut, [])
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and isinstance(cut, torch.Tensor):
        dtype = str(cut.dtype).split(".")[-1]
        plain = cut.float() if dtype in ("float16", "bfloat16") else cut
        return ["tensor", [dtype], list(cut.shape), [], _listed(plain.reshape(-1))]
    if pandas is not None and isinstance(cut, pandas.DataFrame):
        columns = [cut.iloc[:, place] for place in range(cut.shape[1])]
        rows = zip(*map(_listed, columns))  # noqa: B905 - the columns of one frame
        values = [cell for row in rows for cell in row]
        dtypes = [_name_dtype(column.dtype) for column in columns]
        return ["frame", dtypes, list(cut.shape), list(map(str, cut.columns)), values]
    if pandas is not None and isinstance(cut, pandas.Series):
        dtype, name = _name_dtype(cut.dtype), str(cut.name)
        return ["series", [dtype], [len(cut)], [name], _listed(cut)]
    if hasattr(cut, "toarray"):
        return ["sparse", [str(cut.dtype)], list(cut.shape), [], _listed(cut.toarray().ravel())]
    return ["array", [str(cut.dtype)], list(cut.shape), [], _listed(cut.ravel())]


def _pack(kind, dtypes, rows, columns):
    if all(isinstance(row, _SCALARS) for row in rows):
        return [kind, dtypes, [len(rows)], columns, rows]
    widths = {len(row) for row in rows}
    if len(widths) != 1:
        raise ValueError
    cells = [cell for row in rows for cell in row]
    return [kind, dtypes, [len(rows), widths.pop()], columns, list(map(_plain_cell, cells))]


def _listed(values):
    return [_plain_cell(cell) for cell in values.tolist()]


def _plain_cell(cell):
    if type(cell) in _SCALARS:
        return cell
    if hasattr(cell, "item"):
        cell = cell.item()
    if type(cell) not in _SCALARS:
        raise TypeError
    return cell


def _name_dtype(dtype):
    if str(dtype) == "category":
        return "category:" + json.dumps([_plain_cell(one) for one in dtype.categories.tolist()])
    return str(dtype)
