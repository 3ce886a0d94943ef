import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.panels.compression import find_model_problem
from agents.records import Stage
from sandbox.oracles.store import SavedLayer, SavedModel


def ask(**asked: str) -> Stage:
    return Stage("inline", "model_optimization", "nncf", asked=asked)


def save(*layers: SavedLayer, loads: bool = True) -> SavedModel:
    return SavedModel("model.pt", 10, loads, layers)


def prune(zeros: int, elements: int = 1000) -> SavedLayer:
    return SavedLayer("fc", elements, zeros, 2)


def test_a_model_as_sparse_as_asked_is_right() -> None:
    assert find_model_problem(ask(sparsity="0.5"), [save(prune(500))]) == ""


@pytest.mark.parametrize("zeros", [0, 200, 470])
def test_too_few_zeros_are_told(zeros: int) -> None:
    assert "zero" in find_model_problem(ask(sparsity="0.5"), [save(prune(zeros))])


def test_one_pruned_layer_of_many_is_too_few() -> None:
    layers = [prune(500), *(prune(0) for _ in range(4))]
    assert find_model_problem(ask(sparsity="0.5"), [save(*layers)])


def test_a_quantized_layer_of_three_is_too_few() -> None:
    wide = SavedLayer("fc", 10, 0, 2)
    narrow = SavedLayer("out", 10, 0, 2, bits=8)
    assert find_model_problem(ask(bits="8"), [save(wide, wide, narrow)])
    assert find_model_problem(ask(bits="8"), [save(narrow, narrow, wide)]) == ""
    assert find_model_problem(ask(bits="4"), [save(narrow, narrow, narrow)])


def test_a_file_that_does_not_load_is_no_model() -> None:
    problem = find_model_problem(ask(sparsity="0.5"), [save(prune(500), loads=False)])
    assert "does not load" in problem


@given(st.integers(0, 1000))
def test_zeros_that_are_filled_flip_the_verdict(zeros: int) -> None:
    problem = find_model_problem(ask(sparsity="0.5"), [save(prune(zeros))])
    assert (problem == "") == (zeros >= 480)
