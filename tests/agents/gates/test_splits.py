"""Which data a value is of, by keys, labels and the text of the program."""

import pytest

from agents.gates.splits import claim_splits, claims_folds, is_folded, read_places
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import ENTRY, see, see_expression

TEXT = """\
import xgboost
model = xgboost.XGBClassifier()
model.fit(
    X_train,
    y_train,
    eval_set=[(X_train, y_train), (X_val, y_val), (data.X_test, y_test), (rows, labels)],
)
score = model.score(X_test, y_test)
model.fit(X_train, y_train, eval_set=held_out)
"""
PLACES = read_places({ENTRY: TEXT, "broken.py": "def"})
ROUNDS = "xgboost.evals_log"


@pytest.mark.parametrize(
    ("name", "splits"),
    [
        ("train_loss", {"train"}),
        ("val_accuracy", {"validation"}),
        ("eval_loss", {"validation", "test"}),
        ("evaluation/f1", {"validation", "test"}),
        ("eval_train_loss", {"train"}),
        ("evaluate", set()),
        ("loss", set()),
    ],
)
def test_a_name_says_which_data_it_is_of(name: str, splits: set[str]) -> None:
    assert claim_splits(name) == splits


@pytest.mark.parametrize(
    ("seen", "splits"),
    [
        (see(0.5, function=ROUNDS, label="validation_0-auc", line=3), {"train"}),
        (see(0.5, function=ROUNDS, label="validation_1-auc", line=5), {"validation"}),
        (see(0.5, function=ROUNDS, label="valid_2-l2", line=7), {"validation", "test"}),
        (see(0.5, function=ROUNDS, label="eval_3-l2", line=3), set()),
        (see(0.5, function=ROUNDS, label="validation_4-auc", line=3), set()),
        (see(0.5, function=ROUNDS, label="validation_0-auc", line=9), set()),
        (see(0.5, function=ROUNDS, label="validation-auc", line=9), {"validation"}),
        (see(0.5, function=ROUNDS, label="auc", line=9), {"train"}),
        (see(0.5, label="", line=8), {"test"}),
        (see(0.5, label="", line=8, file="other.py"), set()),
        (see_expression(0.5, text="running / len(X_val)", line=8), {"validation"}),
        (see_expression(0.5, text="x", label="validation_0-auc", line=3), {"validation"}),
        (see(0.5, function="lightgbm.cv_results", label="train l2-mean", line=3), {"train"}),
        (see(0.5, function="lightgbm.cv_results", label="l2-mean", line=3), {"validation", "test"}),
    ],
)
def test_a_place_says_which_data_its_values_are_of(seen: Sighting, splits: set[str]) -> None:
    assert PLACES.find_splits(seen) == splits


def test_beside_a_held_out_part_folds_validate() -> None:
    seen = see(0.5, function="sklearn.model_selection.cross_val_score", line=3)
    assert PLACES.find_splits(seen) == {"validation", "test"}
    assert PLACES.find_splits(seen, folded=False) == {"validation"}


@pytest.mark.parametrize(
    ("function", "label", "folded"),
    [
        ("sklearn.model_selection.cross_validate", "", True),
        ("sklearn.model_selection.GridSearchCV.cv_results_", "mean_test_score", True),
        ("xgboost.evals_log", "test-auc-std", True),
        ("xgboost.evals_log", "test-auc", False),
        ("sklearn.metrics.accuracy_score", "", False),
    ],
)
def test_what_comes_of_folds_is_known(function: str, label: str, folded: bool) -> None:
    assert is_folded(see(0.5, function=function, label=label)) is folded
    assert not is_folded(see_expression(0.5, text=function, label=label))


@pytest.mark.parametrize(
    ("key", "folds"), [("cv_score", True), ("mean_test_score", True), ("test_score", False)]
)
def test_a_key_may_say_that_its_value_comes_of_folds(key: str, folds: bool) -> None:
    assert claims_folds(key) is folds
