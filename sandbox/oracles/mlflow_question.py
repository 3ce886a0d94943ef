"""Asks MLflow itself, in a fresh sandbox, what the registered versions predict."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from sandbox.oracle import Question
from sandbox.oracles.store import ModelVersion, Prediction
from sandbox.witness.testimony import Probe, Testimony

MAX_ASKED = 12
"""Versions that are loaded, the newest of each name first."""
MAX_PROBES = 300
MAX_ANSWER = 8 * 1024 * 1024
SECONDS = 90.0

_Key = tuple[str, str, bool]
"""Name, version, and whether it is in files."""

_READER = '''\
"""Loads each version and has it predict; prints one line of JSON after the mark it was given."""
import json
import os
import sys

kept = os.dup(1)
os.dup2(2, 1)

import mlflow
import mlflow.pyfunc

FLAVORS = ("sklearn", "xgboost", "lightgbm", "pytorch", "catboost", "statsmodels")


def make_rows(told):
    import numpy

    kind, dtypes, shape, columns, values = (
        told["kind"], told["dtypes"], told["shape"], told["columns"], told["values"]
    )
    if kind == "tensor":
        import torch

        return torch.tensor(values, dtype=getattr(torch, dtypes[0])).reshape(shape)
    if kind == "list":
        if len(shape) == 1:
            return values
        return [values[row * shape[1]:(row + 1) * shape[1]] for row in range(shape[0])]
    if kind == "series":
        import pandas

        return pandas.Series(values, name=columns[0], dtype=name_dtype(dtypes[0]))
    if kind == "frame":
        import pandas

        width = len(columns)
        series = [
            pandas.Series(values[place::width], dtype=name_dtype(dtype))
            for place, dtype in enumerate(dtypes)
        ]
        frame = pandas.concat(series, axis=1)
        frame.columns = columns
        return frame
    dtype = "object" if dtypes[0] == "object" else numpy.dtype(dtypes[0])
    array = numpy.array(values, dtype=dtype).reshape(shape)
    if kind == "sparse":
        import scipy.sparse

        return scipy.sparse.csr_matrix(array)
    return array


def name_dtype(name):
    if name.startswith("category:"):
        import pandas

        return pandas.CategoricalDtype(json.loads(name[9:]))
    return name


def other_forms(rows):
    """The same rows as a signature may want them."""
    import numpy
    import pandas

    yield rows
    if hasattr(rows, "detach"):
        yield rows.detach().numpy()
        yield pandas.DataFrame(rows.detach().numpy().reshape(len(rows), -1))
    elif isinstance(rows, pandas.DataFrame):
        yield rows.to_numpy()
    elif isinstance(rows, numpy.ndarray):
        yield pandas.DataFrame(rows.reshape(len(rows), -1))
        yield rows.astype("float32")
    elif isinstance(rows, list):
        yield numpy.array(rows)
        yield pandas.Series(rows)


def plain(outputs):
    import numpy

    if hasattr(outputs, "detach"):
        outputs = outputs.detach().float()
    array = numpy.asarray(outputs)
    if array.size > 100_000:
        raise ValueError("too much was predicted")
    cells = [
        cell if isinstance(cell, (int, float, str, bool, type(None))) else str(cell)
        for cell in array.ravel().tolist()
    ]
    return {"shape": list(array.shape), "values": cells}


def predict_natively(model, function, rows):
    if function == "__call__":
        import torch

        module = getattr(model, "module", None)
        if callable(module) and not isinstance(model, torch.nn.Module):
            return module()(rows)
        if hasattr(model, "eval"):
            model.eval()
        with torch.no_grad():
            return model(rows)
    return getattr(model, function)(rows)


def predict_plainly(model, rows):
    problem = None
    for form in other_forms(rows):
        try:
            return model.predict(form)
        except Exception as caught:
            problem = problem or caught
    raise problem


def shorten(problem):
    return (type(problem).__name__ + ": " + str(problem).strip().split("\\n")[0])[:300]


def choose_store(in_files):
    uri = os.environ["MLFLOW_TRACKING_URI"]
    if in_files:
        # Newer releases want to be told that these are still wanted.
        os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
        uri = "file://" + os.path.abspath("mlruns")
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)


def read_version(version, probes):
    choose_store(version["in_files"])
    found = dict(version, loads=False, kind="", detail="", predictions=[])
    uri = "models:/%s/%s" % (version["name"], version["version"])
    try:
        general = mlflow.pyfunc.load_model(uri)
        flavors = list(general.metadata.flavors)
    except Exception as problem:
        general, flavors, found["detail"] = None, list(FLAVORS), shorten(problem)
    native = None
    for flavor in FLAVORS:
        if flavor in flavors:
            try:
                native = getattr(mlflow, flavor).load_model(uri)
                found["kind"] = type(native).__module__ + "." + type(native).__qualname__
                break
            except Exception as problem:
                found["detail"] = found["detail"] or shorten(problem)
    if native is None and general is None:
        return found
    found["loads"] = True
    for number, probe in enumerate(probes):
        ways = {}
        if native is not None:
            ways["native"] = lambda rows: predict_natively(native, probe["function"], rows)
        if general is not None and probe["function"] != "decision_function":
            ways["pyfunc"] = lambda rows: predict_plainly(general, rows)
        for how, predict in ways.items():
            try:
                told = plain(predict(make_rows(probe["inputs"])))
                found["predictions"].append(dict(told, probe=number, how=how))
            except Exception as problem:
                found["detail"] = found["detail"] or shorten(problem)
    return found


with open(sys.argv[1], encoding="utf-8") as file:
    question = json.load(file)
answers = [read_version(version, question["probes"]) for version in question["versions"]]
os.write(kept, ("\\n" + sys.argv[2] + json.dumps(answers) + "\\n").encode())
'''


def make_question(versions: Sequence[ModelVersion], testimony: Testimony) -> Question | None:
    """What the registered versions make of the rows that the script's own models were given."""
    if not versions:
        return None
    told = {
        "versions": [
            {"name": version.name, "version": version.version, "in_files": version.in_files}
            for version in _choose_versions(versions)
        ],
        "probes": [
            {"function": probe.function, "inputs": asdict(probe.inputs)}
            for probe in choose_probes(testimony)
        ],
    }
    # Nobody who left files in the work folder can have known these names.
    name, mark = f"question-{secrets.token_hex(8)}.json", f"{MARK}{secrets.token_hex(8)} "
    return Question(_READER, (name, mark), {name: json.dumps(told)}, SECONDS)


MARK = "predictions-"


def choose_probes(testimony: Testimony) -> tuple[Probe, ...]:
    """The probes that are asked about: their places are the numbers in the predictions."""
    return testimony.probes[-MAX_PROBES:]


def _choose_versions(versions: Sequence[ModelVersion]) -> Iterable[ModelVersion]:
    """Those with an alias, then the newest."""
    ranked = sorted(versions, key=lambda one: (bool(one.aliases), _number(one.version)))
    return ranked[-MAX_ASKED:]


def _number(version: str) -> int:
    return int(version) if version.isdecimal() and len(version) < 10 else -1


def add_answer(versions: Sequence[ModelVersion], answer: str) -> tuple[ModelVersion, ...]:
    """Versions with what the answer says of them; what is no answer says nothing."""
    known = _read_answer(answer)
    return tuple(_complete(version, known) for version in versions)


def _read_answer(answer: str) -> Mapping[_Key, Mapping[str, object]]:
    lines = [line for line in answer[:MAX_ANSWER].splitlines() if line.startswith(MARK)]
    if not lines:
        return {}
    try:
        told = json.loads(lines[-1].partition(" ")[2])
    except (ValueError, RecursionError):
        return {}
    rows = told if isinstance(told, list) else []
    return {
        (str(row.get("name")), str(row.get("version")), row.get("in_files") is True): row
        for row in rows
        if isinstance(row, dict)
    }


def _complete(version: ModelVersion, known: Mapping[_Key, Mapping[str, object]]) -> ModelVersion:
    told = known.get((version.name, version.version, version.in_files))
    if told is None:
        return version
    predictions = told.get("predictions")
    return replace(
        version,
        loads=told.get("loads") is True,
        kind=str(told.get("kind", ""))[:300],
        detail=str(told.get("detail", ""))[:300],
        predictions=tuple(
            found
            for row in (predictions if isinstance(predictions, list) else ())
            if (found := _read_prediction(row)) is not None
        ),
    )


def _read_prediction(row: object) -> Prediction | None:
    match row:
        case {
            "probe": int(probe),
            "how": "native" | "pyfunc" as how,
            "shape": list(shape),
            "values": list(values),
        } if all(isinstance(value, float | int | str | None) for value in values):
            size = tuple(part for part in shape if isinstance(part, int))
            return Prediction(probe, how, size, tuple(values))
    return None
