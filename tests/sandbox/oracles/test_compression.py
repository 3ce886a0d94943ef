import json
from pathlib import Path

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
