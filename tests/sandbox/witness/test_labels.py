import pytest

from sandbox.witness.labels import clean_label, split_conversions, split_fields


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Accuracy: ", "accuracy"),
        ("Epoch 3 | train loss: ", "train_loss"),
        (" - val_loss=", "val_loss"),
        ("Accuracy on the test set = ", "accuracy_test_set"),
        ("R^2:", "r2"),
        ("F1-score: ", "f1_score"),
        ("%, loss ", "loss"),
        (": ", ""),
        ("", ""),
    ],
)
def test_a_label_is_the_words_just_before_the_value(text: str, label: str) -> None:
    assert clean_label(text) == label


def test_each_conversion_of_a_percent_format_has_its_own_label() -> None:
    assert split_conversions("loss %.3f, acc %5.1f%% of %(n)d") == ("loss", "acc", "")


def test_each_field_of_a_format_text_has_its_own_label() -> None:
    assert split_fields("loss {:.3f}, acc {acc}") == ("loss", "acc")
    assert split_fields("broken {") == ()
