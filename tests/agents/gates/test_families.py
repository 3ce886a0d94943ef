import pytest

from agents.gates.families import (
    families_agree,
    function_families,
    name_families,
    name_splits,
    name_statistics,
    names_time,
    split_words,
)


@pytest.mark.parametrize(
    ("name", "families"),
    [
        ("test_accuracy", {"accuracy"}),
        ("valAcc", {"accuracy"}),
        ("f1_score", {"f1"}),
        ("roc_auc_score", {"auc"}),
        ("average_precision", {"auc"}),
        ("mean_squared_error", {"mse"}),
        ("root_mean_squared_error", {"rmse"}),
        ("np.sqrt(mean_squared_error(y, p))", {"rmse"}),
        ("mean_squared_error(y, p) ** 0.5", {"rmse"}),
        ("adjusted_rand_score", {"ari"}),
        ("train/loss", {"loss"}),
        ("log_loss", {"logloss"}),
        ("validation_0-mlogloss", {"logloss"}),
        ("validation-aucpr", {"auc"}),
        ("valid_0-l2", {"mse"}),
        ("valid_mae_l1", {"mae"}),
        ("l2_penalty", set()),
        ("valid_1-binary_error", {"zeroone"}),
        ("torchmetrics.MatthewsCorrCoef", {"mcc"}),
        ("torchmetrics.BinaryAUROC", {"auc"}),
        ("torchmetrics.MulticlassF1Score", {"f1"}),
        ("epoch", set()),
        ("correct / total", set()),
    ],
)
def test_families_are_read_from_names(name: str, families: set[str]) -> None:
    assert name_families(name) == families


@pytest.mark.parametrize(
    ("function", "families"),
    [
        ("sklearn.ensemble.RandomForestClassifier.score", {"accuracy"}),
        ("sklearn.linear_model.LogisticRegression.score", {"accuracy"}),
        ("sklearn.linear_model.LinearRegression.score", {"r2"}),
        ("sklearn.pipeline.Pipeline.score", {"accuracy", "r2"}),
        ("sklearn.model_selection.GridSearchCV.best_score_", set()),
        ("sklearn.metrics.mean_absolute_error", {"mae"}),
        ("torch.Tensor.item", set()),
    ],
)
def test_families_of_what_libraries_return(function: str, families: set[str]) -> None:
    assert function_families(function) == families


@pytest.mark.parametrize(
    ("claimed", "known", "agree"),
    [
        ("accuracy", "accuracy", True),
        ("r2", "mse", False),
        ("mse", "rmse", False),
        ("loss", "mse", True),
        ("mse", "loss", True),
        ("accuracy", "loss", False),
        ("score", "r2", True),
        ("score", "mse", False),
        ("auc", "accuracy", False),
    ],
)
def test_only_kindred_names_agree(claimed: str, known: str, agree: bool) -> None:
    assert families_agree({claimed}, {known}) is agree


@pytest.mark.parametrize(
    ("text", "splits"),
    [
        ("accuracy_score(y_test, p)", {"test"}),
        ("X_train, X_test = train_test_split(X)", {"train", "test"}),
        ("cross_val_score(model, X)", set()),
        ("val_loss", {"validation"}),
        ("std_dev", set()),
    ],
)
def test_splits_are_read_from_names(text: str, splits: set[str]) -> None:
    assert name_splits(text) == splits


def test_a_mean_squared_error_is_no_mean() -> None:
    assert name_statistics("mean_squared_error") == set()
    assert name_statistics("cv_mean") == {"mean"}
    assert split_words("valLoss/fold-1") == ("val", "loss", "fold", "1")


@pytest.mark.parametrize(
    ("name", "timed"),
    [
        ("eval_runtime", True),
        ("train_samples_per_second", True),
        ("epoch_time", True),
        ("tokens_per_sec", True),
        ("seconds", True),
        ("time_steps", False),
        ("lifetime", False),
        ("second", False),
        ("val_loss", False),
    ],
)
def test_a_name_may_say_that_it_is_a_time(name: str, timed: bool) -> None:
    assert names_time(name) is timed
