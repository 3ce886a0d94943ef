import pytest

from agents.gates.file_kinds import Kind, tell_kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("model.pt", "model"),
        ("models/churn.joblib", "model"),
        ("out/XGB.MODEL", "model"),
        ("booster_model.json", "model"),
        ("net.pkl", "model"),
        ("weights.npz", "model"),
        ("scaler.joblib", "part"),
        ("models/epoch_3.pt", "part"),
        ("checkpoints/a.pt", "part"),
        ("vocab.pkl", "part"),
        ("train.npz", "data"),
        ("features.pkl", "data"),
        ("table.csv", "data"),
        ("data/raw.parquet", "data"),
        ("dump.pkl", "either"),
        ("predictions.csv", "result"),
        ("metrics/fold_1.csv", "result"),
        ("metrics.json", "result"),
        ("loss.png", "result"),
        ("model_card.png", "result"),
        ("train.log", "result"),
        ("notes.txt", "result"),
        ("train.py", "code"),
        ("params.yaml", "code"),
        ("table.csv.dvc", "code"),
    ],
)
def test_what_a_script_writes_is_known_by_its_name(path: str, kind: Kind) -> None:
    assert tell_kind(path, written=True) == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("data/cat.png", "data"),
        ("corpus.txt", "data"),
        ("labels.json", "data"),
        ("config.json", "result"),
        ("LICENSE.foo", "result"),
        ("history.csv", "result"),
        ("pretrained.pt", "model"),
    ],
)
def test_pictures_and_texts_that_were_there_before_are_data(path: str, kind: Kind) -> None:
    assert tell_kind(path, written=False) == kind
