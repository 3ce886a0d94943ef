"""Names that disagree with where values come from: each reason word for word."""

from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit
from agents.gates.naming import find_kinds, find_misnomer
from agents.gates.witness import match_logged
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import ENTRY, digits, hear, see, see_expression

AFTER = """\
import mlflow
val = model.score(X_val, y_val)
scores = cross_val_score(model, X_train, y_train)
spread = scores.std()
average = (
    scores.mean()
)
def train_all():
    for part in parts:
        total = part.loss
"""


def exhibit(key: str, values: list[float], *seen: Sighting) -> Exhibit:
    text = {ENTRY: AFTER}
    plain = digits({key: values}, seen=seen)
    shown = replace(plain.baselines[0], testimony=hear(*seen))
    return replace(plain, before=text, after=text, baselines=(shown, shown))


def misnomer(key: str, values: list[float], *seen: Sighting) -> str:
    found = exhibit(key, values, *seen)
    return find_misnomer(found, match_logged(found))


ACCURACY = see(0.9123, line=2)
LOSS = see_expression(0.4567, text="running / count", label="train_loss", line=9)
MIDDLE = see(0.7123, function="sklearn.linear_model.LogisticRegression.score", line=2)


@pytest.mark.parametrize(
    ("key", "seen", "reason"),
    [
        ("accuracy", ACCURACY, ""),
        ("whatever", ACCURACY, ""),
        (
            "r2",
            ACCURACY,
            "Logged as `r2`, but 0.9123 is what `sklearn.metrics.accuracy_score` returned at "
            "train.py, line 2. Give it the name of what it is.",
        ),
        (
            "val_accuracy",
            LOSS,
            "Logged as `val_accuracy`, but 0.4567 is the value of `running / count` at train.py, "
            "line 9, there called `train_loss`. Give it the name of what it is.",
        ),
        (
            "val_loss",
            LOSS,
            "Logged as `val_loss`, but 0.4567 is the value of `running / count` at train.py, "
            "line 9, there called `train_loss`. Give it the name of what it is.",
        ),
        ("train_loss", LOSS, ""),
        ("val_accuracy", MIDDLE, ""),
        (
            "test_accuracy",
            MIDDLE,
            "Logged as `test_accuracy`, but 0.7123 is what "
            "`sklearn.linear_model.LogisticRegression.score` returned at train.py, line 2. Give it "
            "the name of what it is.",
        ),
    ],
)
def test_a_name_says_which_kind_of_value_of_which_data(
    key: str, seen: Sighting, reason: str
) -> None:
    assert misnomer(key, list(seen.values), seen) == reason


FOLDS = see(0.8, 0.9, 0.97, function="sklearn.model_selection.cross_val_score", line=3)
MEAN, SPREAD = 0.89, 0.06976149845485451


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("cv_mean", MEAN, True),
        ("cv_std", SPREAD, True),
        ("cv_std", MEAN, False),
        ("cv_mean", SPREAD, False),
        ("cv_score", MEAN, True),
    ],
)
def test_a_name_says_which_statistic_it_is(key: str, value: float, right: bool) -> None:
    reason = misnomer(key, [value], FOLDS)
    how = "mean" if value == MEAN else "std"
    expected = (
        f"Logged as `{key}`, but {value:.6g} is the {how} of what "
        "`sklearn.model_selection.cross_val_score` returned at train.py, line 3. Give it the name "
        "of what it is."
    )
    assert reason == ("" if right else expected)


def test_a_word_of_the_function_itself_may_be_its_name() -> None:
    f1 = see(0.8, function="sklearn.metrics.f1_score")
    assert misnomer("score", [0.8], f1) == ""
    assert misnomer("f1", [0.8], f1) == ""
    log_loss = see(0.8, function="sklearn.metrics.log_loss")
    assert misnomer("test_loss", [0.8], log_loss) == ""
    assert misnomer("recall_score", [0.8], f1) != ""


def test_where_one_of_several_places_agrees_the_name_is_right() -> None:
    both = (see(0.5), see(0.5, function="sklearn.metrics.r2_score"))
    assert misnomer("r2", [0.5], *both) == ""
    assert misnomer("accuracy", [0.5], *both) == ""
    assert misnomer("mse", [0.5], *both) != ""


@pytest.mark.parametrize(("wrong", "right"), [(1, True), (2, False)])
def test_one_in_ten_may_be_the_same_number_by_chance(wrong: int, right: bool) -> None:
    values = [0.1 + number / 100 for number in range(10)]
    seen = [see(value) for value in values[wrong:]]
    seen += [see(value, function="sklearn.metrics.r2_score") for value in values[:wrong]]
    assert (misnomer("accuracy", values, *seen) == "") is right


def test_kinds_are_those_that_labels_and_functions_speak_of() -> None:
    found = exhibit(
        "x",
        [0.9123, 0.4567, 0.11, 0.22, 0.33],
        *(ACCURACY, LOSS),
        see(0.11, function="torch.Tensor.item", label="mae"),
        see_expression(0.22, text="accuracy(y, p)", label="scores"),
        see(0.33, function="torch.Tensor.item"),
    )
    assert find_kinds(match_logged(found)) == {"x": {"accuracy", "loss", "mae"}}
    unseen = exhibit("x", [0.999], ACCURACY)
    assert find_kinds(match_logged(unseen)) == {"x": frozenset()}


GRID = "sklearn.model_selection.GridSearchCV"
SEARCHED = see(0.961, function=f"{GRID}.cv_results_", label="mean_test_score", line=3)
BEST = see(0.961, function=f"{GRID}.best_score_", label="best_score", line=3)
ROUNDS = see(0.961, function="xgboost.evals_log", label="test-auc-mean", line=3)
FITTED = see(0.961, function=f"{GRID}.cv_results_", label="mean_train_score", line=3)
HELD_OUT = see(0.5, label="test_score", line=2)


@pytest.mark.parametrize(
    ("key", "seen", "right"),
    [
        ("test_score", (SEARCHED, BEST, HELD_OUT), False),
        ("test_score", (SEARCHED,), True),
        ("test_score", (BEST,), True),
        ("cv_test_score", (SEARCHED, HELD_OUT), True),
        ("mean_test_score", (SEARCHED, HELD_OUT), True),
        ("val_score", (BEST, HELD_OUT), True),
        ("best_cv_score", (BEST, HELD_OUT), True),
        ("train_score", (BEST, HELD_OUT), False),
        ("test_auc", (ROUNDS, HELD_OUT), False),
        ("test_auc", (ROUNDS,), True),
        ("train_score", (FITTED,), True),
        ("val_score", (FITTED,), False),
        ("test_score", (FITTED,), False),
    ],
)
def test_what_comes_of_folds_is_a_test_score_only_where_there_is_no_other(
    key: str, seen: tuple[Sighting, ...], right: bool
) -> None:
    assert (misnomer(key, [0.961], *seen) == "") is right
