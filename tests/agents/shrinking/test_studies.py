"""A study proved on fewer trials than are written is still asked for all of them."""

import pytest

from agents.records import Stage
from agents.shrinking.applying import shrink_texts
from agents.shrinking.command import shrink_command
from agents.shrinking.studies import ask_less, shorten_study, vary_trials
from agents.verdict import Reduction

TUNING = Stage("inline", "hyperparameter_optimization", "optuna", asked={"trials": "50"})
TRACKING = Stage("inline", "experiment_tracking", "mlflow")
BEFORE = {"train.py": "EPOCHS = 400\nfit(EPOCHS)\n"}
STUDY = Reduction("n_trials", "train.py", 3, "trials", "argument", 50, 6)
EPOCHS = Reduction("EPOCHS", "train.py", 1, "epochs", "constant", 400, 3)


def _shorten(
    after: str, trials: int = 0, before: str = "EPOCHS = 400\n"
) -> list[tuple[str, int, int]]:
    found = shorten_study(TUNING, {"train.py": before}, {"train.py": after}, trials)
    assert {item.kind for item in found} <= {"trials"}
    return [(item.name, item.full, item.reduced) for item in found]


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ("study.optimize(objective, n_trials=50)\n", [("n_trials", 50, 6)]),
        ("study.optimize(objective, 50)\n", [("n_trials", 50, 6)]),
        ("N_TRIALS = 50\nstudy.optimize(objective, n_trials=N_TRIALS)\n", [("N_TRIALS", 50, 6)]),
        ("study.optimize(objective, n_trials=6)\n", []),
        ("study.optimize(objective, timeout=50)\n", []),
        ("EPOCHS = 400\n", []),
    ],
)
def test_the_trials_of_a_candidate_are_found(after: str, found: list[tuple[str, int, int]]) -> None:
    assert _shorten(after) == found


def test_as_many_trials_are_left_as_there_is_time_for() -> None:
    assert _shorten("study.optimize(objective, n_trials=50)\n", 20) == [("n_trials", 50, 20)]
    assert _shorten("study.optimize(objective, n_trials=50)\n", 50) == []


def test_a_number_that_the_original_has_is_no_study() -> None:
    text = "KMeans(n_init=50).fit(x)\n"
    assert _shorten(text + "study.optimize(objective, n_trials=50)\n", before=text) == []


def test_other_functionalities_have_no_study() -> None:
    after = {"train.py": "study.optimize(objective, n_trials=50)\n"}
    assert shorten_study(TRACKING, BEFORE, after, 0) == ()


def test_an_option_of_the_candidate_is_reduced_in_its_text() -> None:
    text = 'cli.add_argument("--n-trials", type=int, default=50)\n'
    found = shorten_study(TUNING, BEFORE, {"train.py": text}, 0)
    assert shrink_texts({"train.py": text}, found)["train.py"] == text.replace("50", "6")
    assert shrink_command(("python", "train.py"), found) == ("python", "train.py")


def test_a_nudged_attempt_has_one_trial_more_and_everything_else_alike() -> None:
    assert vary_trials(TUNING, (EPOCHS, STUDY), "cold") == (EPOCHS, STUDY)
    epochs, study = vary_trials(TUNING, (EPOCHS, STUDY), "nudged")
    assert (epochs, study.reduced) == (EPOCHS, 7)
    assert vary_trials(TRACKING, (EPOCHS, STUDY), "nudged") == (EPOCHS, STUDY)


def test_never_more_trials_than_are_written() -> None:
    few = Reduction("n_trials", "train.py", 3, "trials", "argument", 6, 6)
    assert vary_trials(TUNING, (few,), "nudged") == (few,)


def test_the_reduced_study_is_asked_for_what_is_left_of_it() -> None:
    assert ask_less(TUNING, (EPOCHS, STUDY)).asked == {"trials": "6"}
    assert ask_less(TUNING, (EPOCHS,)) is TUNING
    assert ask_less(TRACKING, (STUDY,)) is TRACKING


def test_who_wrote_fewer_than_were_asked_for_is_asked_for_all() -> None:
    twenty = Reduction("n_trials", "train.py", 3, "trials", "argument", 20, 6)
    assert ask_less(TUNING, (twenty,)).asked == {"trials": "50"}
    many = Reduction("n_trials", "train.py", 3, "trials", "argument", 80, 60)
    assert ask_less(TUNING, (many,)).asked == {"trials": "50"}
