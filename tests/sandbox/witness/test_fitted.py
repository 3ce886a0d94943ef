"""Fitted attributes: measured by the library, read by the script, moved wherever they are read."""

import re

import pytest

from sandbox.witness.expressions import instrument

BEFORE = "model = fit(X)\nprint('value', model.{name})\n"
AFTER = "model = fit(X)\nmlflow.log_metric('value', model.{name})\nprint('value', model.{name})\n"


def _flags(name: str) -> list[str]:
    before, after = BEFORE.format(name=name), AFTER.format(name=name)
    text = instrument({"a.py": before}, {"a.py": after})["a.py"]
    codes = re.findall(r"0x([0-9a-f]+)\)", text)
    return [bytes.fromhex(code).decode().split("\n")[0].removeprefix("mg") for code in codes]


@pytest.mark.parametrize("name", ["inertia_", "loss_", "oob_score_", "score_", "lower_bound_"])
def test_a_fitted_quantity_is_moved_where_it_is_logged_and_where_it_is_printed(name: str) -> None:
    assert _flags(name) == ["rnf", "rnf"]


@pytest.mark.parametrize("name", ["_loss_", "n_iter_", "inertia"])
def test_what_is_no_fitted_quantity_is_not_moved_as_one(name: str) -> None:
    assert "rnf" not in _flags(name)
