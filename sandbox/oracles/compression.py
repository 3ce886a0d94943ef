"""Compressed models: every model file a run left, as a fresh sandbox reads it."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.oracle import Question
from sandbox.oracles.store import SavedLayer, SavedModel, Store
from sandbox.witness.testimony import Testimony

_CHILD = Path(__file__).parent / "child"
_PARTS = ("model_layers", "model_pickles", "model_files")
_SECONDS = 110.0
_BOOT = """\
import sys, types
# Nothing that lies in the run's folder may stand for a library.
sys.path[:] = [entry for entry in sys.path if entry]
for name, text in PARTS:
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(text, name, "exec"), module.__dict__)
sys.modules["model_files"].main()
"""
_NNCF = {
    # NNCF compiles its quantizers where they are used first, in a minute and more memory than an
    # attempt has; where it cannot, it takes torch's own operations instead. So it never can: the
    # same on every machine, with a compiler or without one.
    "TORCH_EXTENSIONS_DIR": "/dev/null/torch_extensions",
    # What it takes instead goes through torch.compile, which would need the compiler again.
    "TORCHDYNAMO_DISABLE": "1",
    "NNCF_EXTENSION_LOAD_TIMEOUT": "0",
    # It reports its use otherwise.
    "NNCF_CI": "1",
}


@dataclass(frozen=True, slots=True)
class CompressionOracle:
    """Reads saved models by their tensors; what a pickle would execute is made inert."""

    component: str
    keeps_inputs: bool = False

    def variables(self, work: str) -> Mapping[str, str]:
        """NNCF would compile machine code of its own, and report its use."""
        return _NNCF if self.component == "nncf" else {}

    def owns(self, relative: str) -> bool:
        """Tell whether a path belongs to the component: none does, models are the script's."""
        return False

    def template_script(self) -> str:
        """Nothing has to be there before."""
        return ""

    def plant(self, template: Path | None, folder: Path, work: str) -> None:
        """Lay out nothing."""

    def ask(self, folder: Path, testimony: Testimony) -> Question | None:
        """Which model files there are, and what is in them."""
        parts = [
            (name, (_CHILD / f"{name}.py").read_text(encoding="utf-8")) for name in _PARTS
        ]  # fmt: skip
        return Question(
            script=f"PARTS = {parts!r}\n{_BOOT}", seconds=_SECONDS
        )  # fmt: skip

    def read(self, folder: Path, testimony: Testimony, answer: str) -> Store:
        """Read the reader's answer; one that breaks off says nothing."""
        try:
            rows = [json.loads(line) for line in answer.splitlines() if line.strip()]
            ended = bool(rows) and "end" in rows[-1]
            saved = tuple(_read_model(row) for row in rows[:-1]) if ended else ()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            ended, saved = False, ()
        if not ended:
            reason = "the model files could not be read in a fresh sandbox."
            return Store(schema="", unreadable=reason, unknown=True)
        return Store(schema="model files", saved=saved)


def _read_model(row: Mapping[str, object]) -> SavedModel:
    layers = row.get("layers") or []
    if not isinstance(layers, list):
        raise TypeError
    return SavedModel(
        path=str(row["path"]),
        bytes=_number(row["bytes"]),
        loads=row.get("loads") is True,
        layers=tuple(_read_layer(layer) for layer in layers),
        quantizers=_number(row.get("quantizers", 0)),
        prepared=row.get("prepared") is True,
        unknown=str(row.get("unknown", ""))[:300],
        detail=str(row.get("detail", ""))[:300],
    )


def _read_layer(layer: Mapping[str, object]) -> SavedLayer:
    samples = layer.get("samples") or []
    if not isinstance(samples, list):
        raise TypeError
    elements, zeros = _number(layer["elements"]), _number(layer["zeros"])
    if not 0 <= zeros <= elements:
        raise ValueError
    return SavedLayer(
        name=str(layer["name"])[:200],
        elements=elements,
        zeros=zeros,
        rank=_number(layer["rank"]),
        bits=_number(layer["bits"]),
        stored=layer.get("stored") is True,
        masked=layer.get("masked") is True,
        samples=tuple(value for value in map(float, samples) if math.isfinite(value)),
    )


def _number(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise TypeError
    return value
