"""What MLflow is asked about registered versions, and what its answer adds to them."""

import json
from collections.abc import Mapping

import pytest

from sandbox.oracles.mlflow_question import (
    MAX_ANSWER,
    MAX_ASKED,
    MAX_PROBES,
    add_answer,
    choose_probes,
    make_question,
)
from sandbox.oracles.store import ModelVersion, Prediction
from sandbox.witness import testimony

ROWS = testimony.Rows("array", ("float64",), (1, 2), (), (0.5, 1.5))


def probe(function: str) -> testimony.Probe:
    return testimony.Probe(0, 0, "a.B", "call", function, 0, (), ROWS, ROWS)


def asked(*versions: ModelVersion, probes: int = 0) -> dict[str, list[dict[str, object]]]:
    heard = testimony.Testimony(probes=tuple(probe(f"f{n}") for n in range(probes)))
    question = make_question(versions, heard)
    assert question is not None
    name, mark = question.arguments
    (told,) = question.files.values()
    assert list(question.files) == [name]
    assert name.startswith("question-")
    assert name.endswith(".json")
    assert len(name) == len("question-.json") + 16
    assert mark.startswith("predictions-")
    assert mark.endswith(" ")
    assert len(mark) == len("predictions- ") + 16
    assert question.seconds == 90
    compile(question.script, "<reader>", "exec")
    found: dict[str, list[dict[str, object]]] = json.loads(told)
    return found


WINE = ModelVersion("wine", "1", "r1")


def test_versions_and_probes_are_told() -> None:
    told = asked(WINE, probes=2)
    assert told["versions"] == [{"name": "wine", "version": "1", "in_files": False}]
    assert [row["function"] for row in told["probes"]] == ["f0", "f1"]
    assert told["probes"][0]["inputs"] == {
        "kind": "array",
        "dtypes": ["float64"],
        "shape": [1, 2],
        "columns": [],
        "values": [0.5, 1.5],
    }


def test_no_two_questions_have_the_same_names() -> None:
    first, second = (make_question((WINE,), testimony.Testimony()) for _ in range(2))
    assert first is not None
    assert second is not None
    assert set(first.arguments).isdisjoint(second.arguments)


def test_the_newest_versions_and_those_with_an_alias_are_asked_about() -> None:
    versions = [ModelVersion("m", str(number), "r") for number in range(MAX_ASKED + 3)]
    versions[0] = ModelVersion("m", "0", "r", aliases=("best",))
    versions += [ModelVersion("m", odd, "r") for odd in ("x", "-1", "1234567890")]
    found = [row["version"] for row in asked(*versions)["versions"]]
    assert found == [*map(str, range(4, MAX_ASKED + 3)), "0"]
    nine = [ModelVersion("m", number, "r") for number in ("123456789", *"12")]
    assert [row["version"] for row in asked(*nine)["versions"]] == ["1", "2", "123456789"]


def test_the_last_probes_are_asked_about() -> None:
    heard = testimony.Testimony(probes=tuple(probe(f"f{n}") for n in range(MAX_PROBES + 2)))
    found = choose_probes(heard)
    assert (len(found), found[0].function, found[-1].function) == (
        MAX_PROBES,
        "f2",
        f"f{MAX_PROBES + 1}",
    )


def answered(row: object, *, before: str = "") -> ModelVersion:
    (found,) = add_answer((WINE,), f"{before}predictions-ab {json.dumps(row)}\n")
    return found


WHOLE: Mapping[str, object] = {"name": "wine", "version": 1, "loads": True}


def test_an_answer_says_what_a_version_is() -> None:
    told = {**WHOLE, "kind": "k" * 400, "detail": "d" * 400}
    found = answered([told], before="noise\npredictions-xy [1]\n")
    assert (found.name, found.version, found.run, found.loads) == ("wine", "1", "r1", True)
    assert (found.kind, found.detail, found.predictions) == ("k" * 300, "d" * 300, ())


@pytest.mark.parametrize("loads", [False, 1, "yes", None])
def test_a_version_loads_where_the_answer_says_so(loads: object) -> None:
    found = answered([{**WHOLE, "loads": loads}])
    assert found.loads is False
    assert (found.kind, found.detail) == ("", "")


def predicted(**row: object) -> tuple[Prediction, ...]:
    whole = {"probe": 3, "how": "native", "shape": [2], "values": [0.5, "a"]}
    return answered([{**WHOLE, "predictions": [{**whole, **row}]}]).predictions


@pytest.mark.parametrize("how", ["native", "pyfunc"])
def test_a_prediction_is_read(how: str) -> None:
    (found,) = predicted(how=how, values=[0.5, 1, "a", None, True])
    assert found == Prediction(3, how, (2,), (0.5, 1, "a", None, True))  # type: ignore[arg-type]
    assert predicted(shape=[2, "x", 3])[0].shape == (2, 3)


@pytest.mark.parametrize(
    "row",
    [{"how": "other"}, {"probe": "3"}, {"shape": 2}, {"values": 5}, {"values": [[1]]}],
)
def test_what_is_no_prediction_is_left_out(row: dict[str, object]) -> None:
    assert predicted(**row) == ()


@pytest.mark.parametrize(
    "row", [[{**WHOLE, "version": 2}], [{**WHOLE, "name": "beer"}], [7], {}, 7, [{}]]
)
def test_an_answer_about_something_else_says_nothing(row: object) -> None:
    assert answered(row) == WINE
    assert answered([{**WHOLE, "predictions": 7}]).predictions == ()


@pytest.mark.parametrize(
    "answer", ["", "x", "predictions-ab", "predictions-ab {", " predictions-ab []"]
)
def test_what_is_no_answer_says_nothing(answer: str) -> None:
    assert add_answer((WINE,), answer) == (WINE,)
    assert add_answer((WINE,), "predictions-ab " + "[" * 100_000) == (WINE,)


def test_an_answer_is_read_as_far_as_eight_mebibytes() -> None:
    whole = f"predictions-ab {json.dumps([WHOLE])}\n"
    assert add_answer((WINE,), "x" * (MAX_ANSWER - len(whole) - 1) + "\n" + whole)[0].loads
    assert add_answer((WINE,), "x" * (MAX_ANSWER - 9) + "\n" + whole) == (WINE,)


def test_every_version_has_its_own_answer() -> None:
    beer = ModelVersion("beer", "1", "r1")
    rows = [WHOLE, {**WHOLE, "name": "beer", "loads": False}]
    found = add_answer((beer, WINE), f"predictions-ab {json.dumps(rows)}")
    assert [(one.name, one.loads) for one in found] == [("beer", False), ("wine", True)]
