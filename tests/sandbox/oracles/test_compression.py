import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.oracles.compression import CompressionOracle
from sandbox.oracles.store import Store
from sandbox.witness import testimony

ORACLE = CompressionOracle("nncf")
LAYER = {"name": "fc", "elements": 8, "zeros": 4, "rank": 2, "bits": 0}


def read(*rows: object) -> Store:
    return ORACLE.read(Path(), testimony.Testimony(), "\n".join(json.dumps(row) for row in rows))


def row(**more: object) -> dict[str, object]:
    return {"path": "model.pt", "bytes": 10, "loads": True, "layers": [LAYER], **more}


def test_a_complete_answer_is_read() -> None:
    store = read(row(), {"end": 1})
    assert store.saved[0].layers[0].zeros == 4
    assert not store.unreadable


def test_an_answer_that_breaks_off_cannot_be_judged() -> None:
    assert read(row()).unknown
    assert ORACLE.read(Path(), testimony.Testimony(), "").unknown


def test_more_zeros_than_elements_are_no_answer() -> None:
    assert read(row(layers=[{**LAYER, "zeros": 9}]), {"end": 1}).unknown


@given(st.text())
def test_any_answer_is_read_without_an_exception(answer: str) -> None:
    assert isinstance(ORACLE.read(Path(), testimony.Testimony(), answer), Store)


def test_nncf_cannot_compile_anything_of_its_own() -> None:
    told = ORACLE.variables("/work")
    assert Path(told["TORCH_EXTENSIONS_DIR"]).is_relative_to("/dev/null")
    assert told["TORCHDYNAMO_DISABLE"] == "1"
    assert CompressionOracle("torch.ao").variables("/work") == {}
    assert ORACLE.template_script() == ""


def test_every_file_that_is_left_belongs_to_the_script(tmp_path: Path) -> None:
    ORACLE.plant(None, tmp_path, "/work")
    assert not list(tmp_path.iterdir())
    assert not ORACLE.owns("model.pt")


@pytest.mark.parametrize(
    "spoilt", [{"bytes": -1}, {"bytes": "10"}, {"layers": 3}, {"layers": [{**LAYER, "bits": None}]}]
)
def test_an_answer_of_another_shape_is_none(spoilt: dict[str, object]) -> None:
    assert read(row(**spoilt), {"end": 1}).unknown


def test_what_is_told_of_a_model_is_kept() -> None:
    layer = {**LAYER, "stored": True, "masked": True, "bits": 8, "samples": [1.0, float("nan"), 2]}
    told = row(layers=[layer], quantizers=3, prepared=True, unknown="x" * 400, detail="why")
    model = read(told, {"end": 1}).saved[0]
    assert (model.quantizers, model.prepared, len(model.unknown)) == (3, True, 300)
    assert (model.path, model.bytes, model.loads, model.detail) == ("model.pt", 10, True, "why")
    kept = model.layers[0]
    assert (kept.name, kept.elements, kept.rank, kept.bits) == ("fc", 8, 2, 8)
    assert (kept.stored, kept.masked, kept.samples) == (True, True, (1.0, 2.0))
