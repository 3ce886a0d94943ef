import ast
import difflib

import pytest

from agents.records import Candidate
from agents.rules.proofreading import keeps_statements
from tests.agents.rules.samples import NAMES, adapt, calls_of, propose, read_sample

EXPECTED = {
    "closure": ['"val_loss", val_loss, step=epoch'],
    "decorated_eval": ['"train_acc", train_acc, step=epoch', '"val_acc", val_acc, step=epoch'],
    "exits": ['"train_accuracy", score'],
    "flat_epochs": [
        '"train_loss", loss.item(), step=epoch * len(train_loader) + i',
        '"test_accuracy", 100 * correct / total',
    ],
    "folds": [
        '"val_rmse", rmse, step=fold',
        '"val_r2", val_r2, step=fold',
        '"mean_rmse", np.mean(rmses)',
    ],
    "full_batch": ['"loss", loss.item(), step=t'],
    "grid_search": ['"best_cv_score", grid.best_score_', '"test_score", test_score'],
    "helper_called_often": [
        'f"{title}_auc", auc',
        '"train_acc", train_acc',
        '"test_acc", test_acc',
        '"test_accuracy", test_accuracy',
    ],
    "iris_flat": [
        '"test_accuracy", test_accuracy',
        '"test_mae", test_mae',
        '"test_rmse", test_rmse',
    ],
    "metric_dict": [
        'f"{label}_test_accuracy", test_accuracy',
        'f"{label}_test_f1", test_f1',
        'f"{label}_test_log_loss", test_log_loss',
    ],
    "mnist_shape": [
        '"train_loss", loss.item(), step=epoch * len(train_loader) + batch_idx',
        '"test_loss", test_loss, step=epoch',
        '"test_accuracy", 100. * correct / len(test_loader.dataset), step=epoch',
    ],
    "model_loop": [
        'f"{name}_test_acc", acc',
        'f"{name}_cv_score_mean", scores.mean()',
        'f"{name}_cv_score_std", scores.std()',
        '"test_accuracy", test_accuracy, step=depth',
    ],
    "phases": [
        'f"{phase}_epoch_loss", epoch_loss, step=epoch',
        'f"{phase}_epoch_acc", float(epoch_acc), step=epoch',
        '"best_val_acc", float(best_acc)',
    ],
    "regression_list": [
        '"lasso_r2", lasso_r2, step=step',
        '"mse", mse, step=step_value',
        '"r2", r2, step=step_value',
        '"mae", mae, step=step_value',
    ],
    "returns_tuple": [
        '"train_loss", train_loss, step=epoch',
        '"val_loss", val_loss, step=epoch',
        '"val_acc", val_acc, step=epoch',
        '"best_acc", best_acc, step=epoch',
    ],
    "running_loss": ['"train_loss", running_loss / 5, step=step'],
    "summary_writer": ['"Loss/train", loss.item(), step=epoch'],
    "tabs_crlf": [
        '"silhouette", silhouette, step=k',
        '"adjusted_rand_score", adjusted_rand_score_value, step=k',
        '"inertia", km.inertia_, step=k',
    ],
    "train_score": ['"loss", loss, step=epoch', '"train_accuracy", accuracy'],
    "trainer_class": ['"epoch_loss", epoch_loss, step=epoch'],
    "tuned_functions": [
        '"test_mae", error',
        '"test_r2", fitness',
        '"cv_test_score_mean", cv_test_score_mean',
    ],
    "two_models": [
        '"logreg_test_accuracy", logreg_test_accuracy',
        '"svm_test_accuracy", accuracy',
        '"test_f1", test_f1',
        '"train_accuracy", train_accuracy',
    ],
    "vae_sum": [
        '"train_loss", loss.item() / len(data), step=epoch * len(batches) + batch_idx',
        '"train_average_loss", train_loss / 50, step=epoch',
    ],
    "while_loop": ['"acc", acc, step=step', '"best_accuracy", best'],
}
REFUSED = {"no_metric"}


def test_every_sample_is_spoken_for() -> None:
    assert set(NAMES) == set(EXPECTED) | REFUSED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_sample_logs_exactly_its_metrics(name: str) -> None:
    assert calls_of(adapt(read_sample(name))) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_adapted_sample_is_sound(name: str) -> None:
    before = read_sample(name)
    answer = propose(before)
    assert isinstance(answer, Candidate)
    after = answer.files["train.py"]
    ast.parse(after)
    assert keeps_statements(before, after)
    assert after.count("start_run(") == 1
    assert f'run_name="{"train"}"' in after
    assert "set_tracking_uri" not in after
    assert set(answer.calls) >= {"mlflow.start_run", "mlflow.log_metric"}
    assert all(f"{call}(" in after for call in answer.calls)
    assert any(action.site == "run" for action in answer.actions)
    assert {action.file for action in answer.actions} == {"train.py"}


@pytest.mark.parametrize("name", ["grid_search", "mnist_shape", "phases"])
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    assert propose(read_sample(name)) == propose.__wrapped__(read_sample(name))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_removed_line_comes_back_changed(name: str) -> None:
    before, after = read_sample(name), adapt(read_sample(name))
    changed = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    added = " ".join(line[2:] for line in changed if line.startswith("+ "))
    for line in (line[2:].strip() for line in changed if line.startswith("- ")):
        assert set(line.split("(")[0].split()) <= set(added.replace("(", " ").split()), line


def test_line_ends_and_tabs_stay() -> None:
    after = adapt(read_sample("tabs_crlf"))
    assert after.count("\n") == after.count("\r\n")
    assert "\r\n\tmlflow.log_metric(" in after
    assert "# one line each" in after
