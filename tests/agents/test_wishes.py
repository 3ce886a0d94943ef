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
        ("Quantize the weights to 4-bit", {"quantization": "Quantize", "bits": "4"}),
        ('Register it as "wine", alias champion', {"model": "wine", "alias": "champion"}),
        ("Track this run with MLflow", {}),
    ],
)  # fmt: skip
def test_a_request_names_what_it_wants(text: str, wishes: dict[str, str]) -> None:
    assert read_wishes(text) == wishes
