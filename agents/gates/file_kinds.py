"""What a file is for, by its name: data, a model, or what came of a run."""

import re
from pathlib import PurePosixPath
from typing import Literal

from sandbox.oracles.planting import is_code_file, is_version_file

Kind = Literal["data", "model", "part", "either", "result", "code"]
"""`part`: belongs to a model, but people may leave it out: a scaler, the checkpoint of an epoch.
`either`: a format that holds anything. `result`: a picture, a log, a table of scores."""

_MODELS = frozenset(
    {".pt", ".pth", ".ckpt", ".joblib", ".onnx", ".keras", ".safetensors", ".skops", ".ubj"}
    | {".cbm", ".model", ".tflite", ".pb", ".gguf", ".torchscript", ".weights", ".caffemodel"}
)
_TABLES = frozenset(
    {".csv", ".tsv", ".parquet", ".feather", ".arrow", ".npy", ".jsonl", ".ndjson", ".xlsx"}
    | {".xls", ".db", ".sqlite", ".sqlite3", ".tfrecord", ".mat", ".arff", ".svm", ".libsvm"}
    | {".zip", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".wav", ".mp3", ".flac", ".data", ".orc"}
)
_ANYTHING = frozenset({".pkl", ".pickle", ".npz", ".h5", ".hdf5", ".hdf", ".bin", ".dat"})
_SHOWN = frozenset({".png", ".jpg", ".jpeg", ".svg", ".pdf", ".html", ".gif", ".txt", ".json"})
_START, _END = r"(?<![a-z])", r"(?![a-z])"
_RESULT = re.compile(
    _START
    + r"(pred(iction)?s?|metrics?|results?|scores?|reports?|history|logs?|loss(es)?|confusion"
    r"|submission|summary|importances?|evaluation|eval|figures?|plots?|params?|config|settings)"
    + _END
)
_PART = re.compile(
    _START
    + r"(scalers?|vectori[sz]ers?|encoders?|tokeni[sz]er|preprocess\w*|vocab\w*|labels?|imputer"
    r"|checkpoints?|ckpts?|epochs?|steps?|last|optimi[sz]er)" + _END
)
_MODEL = re.compile(
    _START + r"(models?|weights?|clf|classifier|regressor|net|network|estimator|state)" + _END
)
_DATA = re.compile(
    _START + r"(data\w*|train|test|val|valid|features?|samples?|[xy]|embeddings?|splits?)" + _END
)


def tell_kind(path: str, *, written: bool) -> Kind:
    """What a file is for; `written`: the script makes it, else it was there before."""
    if is_code_file(path) or is_version_file(path):
        return "code"
    place = PurePosixPath(path.lower())
    suffix = place.suffix
    words = place.name.removesuffix(suffix)
    if suffix in _MODELS:
        folder = place.parent.name
        return "part" if _PART.search(words) or _PART.search(folder) else "model"
    if _MODEL.search(words) and suffix in _ANYTHING | _SHOWN - {".png", ".svg", ".pdf"}:
        return "model"
    if suffix in _ANYTHING:
        return "part" if _PART.search(words) else "data" if _DATA.search(words) else "either"
    if suffix in _TABLES or not written:
        known = suffix in _TABLES or suffix in _SHOWN
        result = _RESULT.search(words) or any(map(_RESULT.search, place.parts[:-1]))
        return "result" if result or not known else "data"
    return "result"
