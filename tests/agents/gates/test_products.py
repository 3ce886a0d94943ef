"""Names of files without their dates, and the contents that two runs agree on."""

import pytest

from agents.gates.products import compare_products, group_products, mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("runs/Nov25_10-11-12_host/x", "runs/<time>/x"),
        ("events.out.tfevents.1700000000.host.1.0", "events.out.tfevents.<time>"),
        ("out/2026-11-25/10-11-12/x", "out/<time>/<time>/x"),
        ("out/20261125_101112.log", "out/<time>.log"),
        ("m_1700000000.pt", "m_<time>.pt"),
        ("epoch_10.pt", "epoch_10.pt"),
        ("data/2026.csv", "data/2026.csv"),
    ],
)
def test_a_name_is_masked_where_it_says_when(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_files_are_grouped_by_their_masked_names() -> None:
    assert group_products(
        {
            "a.txt": "1",
            "20261125_101112.log": "2",
            "20261125_101113.log": "3",
            "20261125_101112.txt": "4",
            "2026-11-25/.hydra/config.yaml": "5",
            ".hydra/config.yaml": "6",
            "x.pyc": "7",
            "a/__pycache__/b": "8",
            "a__pycache__/b": "9",
        }
    ) == {
        "a.txt": "1",
        "<time>.log": "",
        "<time>.txt": "4",
        "<time>/.hydra/config.yaml": "",
        ".hydra/config.yaml": "6",
        "a__pycache__/b": "9",
    }


def test_contents_are_compared_where_both_runs_have_them() -> None:
    first = {"a": "1", "b": "2", "only": "3", "2026-11-25/.hydra/c": "4"}
    second = {"a": "1", "b": "9", "more": "5", "2026-11-26/.hydra/c": "4"}
    assert compare_products(first, second) == {"a": "1", "b": None, "<time>/.hydra/c": None}
