"""What one call hands out many times is a history, as what a loop shows is one."""

from dataclasses import replace

import pytest

from agents.gates.coverage import Shortfall, find_shortfall
from agents.gates.exhibit import Exhibit
from sandbox.witness.testimony import Sighting
from tests.agents.gates.exhibits import ENTRY, digits, hear, see, see_expression

BEFORE = """\
import lightning
trainer = lightning.Trainer(max_epochs=3)
trainer.fit(model)
print("val loss", trainer.callback_metrics["val_loss"])
"""
AFTER = BEFORE + "mlflow.log_metrics(metrics)\n"
LOGGED = "lightning.Trainer.logged_metrics"
EPOCHS = tuple(see(loss, function=LOGGED, label="val_loss", line=3) for loss in (0.9, 0.5, 0.4))
SHOWN = see_expression(0.4, text="trainer.callback_metrics['val_loss']", label="val loss", line=4)


def trained(metrics: dict[str, list[float]], *seen: Sighting) -> Exhibit:
    plain = digits(metrics, seen=seen)
    testimony = hear(*seen)
    baseline = replace(plain.baselines[0], testimony=testimony)
    return replace(
        plain, before={ENTRY: BEFORE}, after={ENTRY: AFTER}, baselines=(baseline, baseline)
    )


def test_every_epoch_that_fit_hands_out_is_asked_for() -> None:
    assert find_shortfall(trained({"val_loss": [0.9, 0.5, 0.4]}, *EPOCHS, SHOWN)) is None
    last = find_shortfall(trained({"val_loss": [0.4]}, *EPOCHS, SHOWN))
    assert last == Shortfall("val_loss", "val_loss", ENTRY, 3, 1, 3)
    read_out = see(0.4, function="torch.Tensor.item", line=4)
    assert find_shortfall(trained({"val_loss": [0.4]}, *EPOCHS, read_out, SHOWN)) == last
    assert find_shortfall(trained({"val_loss": [0.4]}, *EPOCHS, read_out)) is None


@pytest.mark.parametrize(
    ("key", "text", "complete"),
    [
        ("best_val_loss", "min(losses)", True),
        ("val_loss", "min(losses)", False),
        ("best_val_loss", "losses[-1]", False),
    ],
)
def test_the_best_of_a_history_is_one_value_where_key_and_place_say_so(
    key: str, text: str, complete: bool
) -> None:
    shown = see_expression(0.4, text=text, label="val_loss", line=4)
    assert (find_shortfall(trained({key: [0.4]}, *EPOCHS, shown)) is None) is complete


def test_what_is_handed_out_once_is_no_history() -> None:
    test = see(0.4, function=LOGGED, label="test_loss", line=3)
    assert find_shortfall(trained({"test_loss": [0.4]}, test, SHOWN)) is None


def test_a_history_of_another_kind_is_another_matter() -> None:
    other = tuple(replace(seen, label="val_accuracy") for seen in EPOCHS)
    assert find_shortfall(trained({"val_loss": [0.4]}, *other, SHOWN)) is None


def test_what_a_function_is_asked_twice_for_is_no_history() -> None:
    asked = tuple(replace(seen, function="sklearn.metrics.log_loss") for seen in EPOCHS)
    assert find_shortfall(trained({"val_loss": [0.4]}, *asked, SHOWN)) is None
