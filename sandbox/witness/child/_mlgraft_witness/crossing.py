"""Rows that nobody has seen, made of those at hand: what was learned by heart fails on them."""

import sys


def cross_rows(rows):
    """As many rows of the same kind, each with columns of its neighbours; None where none can be.

    Each cell is one that the model was given in this column, so that none is out of its range.
    """
    if isinstance(rows, list):
        return _cross_list(rows)
    if rows.shape[0] < 2:
        return None
    if hasattr(rows, "iloc"):
        return _cross_frame(rows)
    if hasattr(rows, "tocsr"):
        crossed = _cross_cells(rows.toarray())
        return None if crossed is None else type(rows)(crossed)
    return _cross_cells(rows)


def _cross_cells(rows):
    """For arrays and tensors alike: column number n comes from n rows further down."""
    count = rows.shape[0]
    flat = rows.reshape(count, -1)
    if flat.shape[1] < 2:
        return None
    crossed = flat.clone() if hasattr(flat, "clone") else flat.copy()
    for offset in range(1, count):
        crossed[: count - offset, offset::count] = flat[offset:, offset::count]
        crossed[count - offset :, offset::count] = flat[:offset, offset::count]
    return crossed.reshape(rows.shape)


def _cross_list(rows):
    count = len(rows)
    if count < 2:
        return None
    if all(isinstance(row, str) for row in rows):
        return [_join_halves(row, rows[place - 1]) for place, row in enumerate(rows)]
    widths = {len(row) if isinstance(row, (list, tuple)) else 0 for row in rows}
    if len(widths) != 1 or max(widths) < 2:
        return None
    return [
        [rows[(place + column) % count][column] for column in range(len(row))]
        for place, row in enumerate(rows)
    ]


def _join_halves(first, second):
    """The first words of one text and the last of another."""
    words, others = first.split(), second.split()
    return " ".join(words[: (len(words) + 1) // 2] + others[len(others) // 2 :])


def _cross_frame(rows):
    pandas = sys.modules["pandas"]
    count = len(rows)
    if isinstance(rows, pandas.Series):
        texts = _cross_list(rows.tolist())
        return None if texts is None else pandas.Series(texts, index=rows.index, name=rows.name)
    if rows.shape[1] < 2:
        return None
    columns = []
    for number in range(rows.shape[1]):
        order = [(place + number) % count for place in range(count)]
        column = rows.iloc[order, number]
        column.index = rows.index
        columns.append(column)
    crossed = pandas.concat(columns, axis=1)
    crossed.columns = rows.columns
    return crossed
