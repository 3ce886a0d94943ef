from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.panels.compression import (
    find_model_problem,
    judge_bare_models,
    judge_compressed_behaviour,
    judge_compressed_store,
)
from agents.records import Gate, Stage
from sandbox.oracles.store import SavedLayer, SavedModel, Store
from sandbox.trial import Attempt
from sandbox.witness import testimony
from sandbox.witness.testimony import Sent


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


def observe(saved: SavedModel, *sent: Sent) -> Observation:
    heard = testimony.Testimony((), sent, present=True, complete=True)
    attempt = Attempt("ok", 0, "", "", Path(), Path())
    return Observation(attempt, heard, Store("model files", saved=(saved,)), {})


def tell(call: str, layer: str) -> Sent:
    return Sent(0, call, "1", layer, None, None, 0.0)


CALLED = Sent(0, "nncf.prune", "1", "1", None, None, 0.0)


def judge(saved: SavedModel, *sent: Sent, original: SavedModel | None = None) -> Gate:
    stage = ask(sparsity="0.5")
    baselines = (observe(original),) if original else ()
    observed = observe(saved, CALLED, *sent)
    exhibit = Exhibit(stage, "train.py", {}, {}, baselines, observed, "cold")
    return judge_compressed_store(exhibit)


def name_layer(name: str, zeros: int, elements: int = 1000) -> SavedLayer:
    return SavedLayer(name, elements, zeros, 2)


BALLAST = save(name_layer("fc", 0), name_layer("spare", 9000, 9000))


def test_zeros_in_a_layer_that_is_never_called_do_not_count() -> None:
    assert judge(BALLAST).light == "pass"
    assert judge(BALLAST, tell("model.idle", "spare")).light == "fail"


def test_a_layer_that_any_model_calls_counts() -> None:
    told = (tell("model.idle", "spare"), tell("model.used", "spare"))
    assert judge(BALLAST, *told).light == "pass"


RECURRENT = save(name_layer("model.lstm._all_weight_values.0", 900), name_layer("model.out", 0, 10))


def test_what_a_layer_keeps_in_parts_of_its_own_is_idle_with_it() -> None:
    assert judge(RECURRENT).light == "pass"
    assert judge(RECURRENT, tell("model.idle", "lstm")).light == "fail"
    assert judge(RECURRENT, tell("model.idle", "lst")).light == "pass"


def test_a_part_that_is_called_counts_whatever_holds_it() -> None:
    part = tell("model.used", "lstm._all_weight_values")
    assert judge(RECURRENT, tell("model.idle", "lstm"), part).light == "pass"
    whole = tell("model.used", "lstm")
    assert judge(RECURRENT, tell("model.idle", "lstm._all_weight_values"), whole).light == "fail"


def test_a_model_of_which_no_layer_is_called_is_told() -> None:
    gate = judge(save(name_layer("int8.fc", 900)), tell("model.idle", "fc"))
    assert "when it is asked" in gate.reason


def test_zeros_in_a_layer_that_the_original_has_not_do_not_count() -> None:
    original = save(name_layer("fc", 0), name_layer("out", 0))
    added = save(name_layer("fc", 0), name_layer("out", 0), name_layer("spare", 9000, 9000))
    assert judge(added, original=original).light == "fail"
    pruned = save(name_layer("model.fc", 600), name_layer("model.out", 600))
    assert judge(pruned, original=original).light == "pass"


def test_a_model_with_names_of_its_own_is_judged_as_it_is() -> None:
    original = save(name_layer("fc", 0), name_layer("out", 0), name_layer("head", 0))
    other = save(name_layer("param0", 600), name_layer("param1", 600), name_layer("fc", 0, 10))
    assert judge(other, original=original).light == "pass"


def sample(*values: float, name: str = "fc", zeros: int = 600) -> SavedLayer:
    return SavedLayer(name, 1000, zeros, 2, samples=values)


def test_other_weights_than_those_that_were_trained_are_told() -> None:
    original = save(sample(1.0, -2.0, 3.0, zeros=0))
    near = save(sample(0.9, -2.1, 0.0))
    other = save(sample(2.0, 1.0, 0.1))
    assert judge(near, original=original).light == "pass"
    gate = judge(other, original=original)
    assert "other weights" in gate.reason
    # Nothing to compare: another shape, or no values at all.
    assert judge(save(sample(2.0, 1.0)), original=original).light == "pass"
    assert judge(save(sample()), original=original).light == "pass"


def test_a_component_that_was_never_called_is_told() -> None:
    exhibit = Exhibit(ask(sparsity="0.5"), "t.py", {}, {}, (), observe(save(prune(500))), "cold")
    assert "never called" in judge_compressed_store(exhibit).reason


def test_a_file_that_cannot_be_judged_is_no_fault() -> None:
    strange = SavedModel("model.xml", 10, loads=True, layers=(), unknown="files like it")
    gate = judge(strange)
    assert gate.light == "cannot_tell"
    assert "model.xml" in gate.reason


def test_what_was_saved_is_told_in_figures() -> None:
    gate = judge(save(name_layer("fc", 600), name_layer("out", 500)))
    assert gate.figures == {
        "files": 1.0, "bytes": 10.0, "sparsity": 0.55, "quantized": 0.0, "layers": 2.0
    }  # fmt: skip


def test_an_original_that_is_compressed_already_is_told() -> None:
    stage = ask(sparsity="0.5")
    assert judge_bare_models(stage, observe(save(prune(600)))).passed
    assert not judge_bare_models(stage, observe(save(prune(0)))).passed


def test_both_are_demanded_where_both_are_asked_for() -> None:
    both = ask(sparsity="0.5", quantization="int8")
    narrow = SavedLayer("fc", 1000, 600, 2, bits=8)
    assert find_model_problem(both, [save(narrow)]) == ""
    assert find_model_problem(both, [save(prune(600))])
    assert find_model_problem(both, [save(SavedLayer("fc", 1000, 0, 2, bits=8))])


def test_without_words_either_will_do() -> None:
    assert find_model_problem(ask(), [save(prune(100))]) == ""
    assert find_model_problem(ask(), [save(SavedLayer("fc", 9, 0, 2, bits=8))]) == ""
    assert find_model_problem(ask(), [save(prune(50))])


def test_convolutions_may_stay_wide_where_linear_layers_are_narrow() -> None:
    wide = SavedLayer("conv", 10, 0, 4)
    narrow = SavedLayer("fc", 10, 0, 2, bits=8)
    assert find_model_problem(ask(bits="8"), [save(wide, wide, narrow)]) == ""


def test_a_model_that_was_only_prepared_is_told() -> None:
    prepared = SavedModel("model.pt", 10, True, (prune(0),), prepared=True)
    assert "not converted" in find_model_problem(ask(bits="8"), [prepared])


def test_the_compressed_file_alone_may_differ() -> None:
    before = {"model.pt": "a", "plot.png": "b"}

    def show(products: dict[str, str], zeros: int) -> Observation:
        return replace(observe(save(prune(zeros))), products=products)

    first = show(before, 0)
    after = show({"model.pt": "c", "plot.png": "b"}, 600)
    exhibit = Exhibit(ask(sparsity="0.5"), "t.py", {}, {}, (first, first), after, "cold")
    assert judge_compressed_behaviour(exhibit).light == "pass"
    spoilt = replace(exhibit, observed=replace(after, products={"model.pt": "a", "plot.png": "x"}))
    assert "plot.png" in judge_compressed_behaviour(spoilt).reason
    plain = replace(exhibit, observed=show({"model.pt": "c", "plot.png": "b"}, 0))
    assert "model.pt" in judge_compressed_behaviour(plain).reason
