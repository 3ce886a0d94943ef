import pytest

from agents.wishes import read_wishes


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("Tune it with Optuna, 25 trials", {"trials": "25"}),
        ("Tune it with Optuna in 40 short trials", {"trials": "40"}),
        ("Prune it with NNCF to 60% sparsity", {"pruning": "Prune", "sparsity": "0.6"}),
        ("Prune with NNCF, sparsity 0.5", {"pruning": "Prune", "sparsity": "0.5"}),
        ("Quantize it to int8", {"quantization": "Quantize", "bits": "8"}),
        (
            "Prune it with NNCF, print the accuracy after pruning, and save it",
            {"pruning": "Prune", "accuracy": "accuracy"},
        ),
        ("Keep the accuracy when you prune", {"pruning": "prune"}),
        (
            "Quantize the weights to 4-bit",
            {"quantization": "Quantize", "bits": "4", "models": "weights"},
        ),
        (
            "Put the data this script writes under version control",
            {"data": "data", "written": "writes"},
        ),
        (
            "Version data/train.csv and model.joblib with DVC (Data Version Control) and push them",
            {"models": "model", "paths": "data/train.csv model.joblib", "push": "push"}
            | {"data": "data"},
        ),
        (
            "Commit the code and the model, and tag the release v1.0.",
            {"commit": "Commit", "code": "code", "models": "model"}
            | {"tagged": "tag", "tag": "v1.0"},
        ),
        ("Tag the release", {"tagged": "Tag"}),
        ("tag every model as stable", {"tagged": "tag", "tag": "stable", "models": "model"}),
        (
            "on a new branch, with the tag 'first try'",
            {"branched": "new branch", "tagged": "tag", "tag": "first try"},
        ),
        (
            "to a branch named rel/2 with a 2.0 tag",
            {"branched": "branch named", "branch": "rel/2", "tagged": "tag", "tag": "2.0"},
        ),
        ('Register it as "wine", alias champion', {"model": "wine", "alias": "champion"}),
        ("Track this run with MLflow", {}),
    ],
)  # fmt: skip
def test_a_request_names_what_it_wants(text: str, wishes: dict[str, str]) -> None:
    assert read_wishes(text) == wishes
