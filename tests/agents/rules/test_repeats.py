"""The same words in two places: one value or two."""

import pytest

from tests.agents.rules.samples import adapt, calls_of

HEAD = """\
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, mean_squared_error
from sklearn.tree import DecisionTreeClassifier
import numpy as np
"""
SHOW = 'print("Accuracy:", accuracy_score(y_test, y_pred) * 100)\n'


def keys_of(text: str) -> list[str]:
    return [call.split(",")[0].strip('"') for call in calls_of(text)]


def test_a_text_repeated_after_its_names_were_bound_anew_is_logged_again() -> None:
    after = adapt(
        HEAD
        + "lr = LogisticRegression().fit(X, y)\ny_pred = lr.predict(X_test)\n"
        + SHOW
        + "dt = DecisionTreeClassifier().fit(X, y)\ny_pred = dt.predict(X_test)\n"
        + SHOW
    )
    assert keys_of(after) == ["lr_test_accuracy", "dt_test_accuracy"]
    # Both are computed once, and each print shows its own.
    assert after.count("accuracy_score(y_test") == 2
    assert 'print("Accuracy:", lr_test_accuracy * 100)' in after
    assert 'print("Accuracy:", dt_test_accuracy * 100)' in after


def test_a_text_repeated_while_nothing_changed_is_logged_once() -> None:
    after = adapt(HEAD + "y_pred = model.predict(X_test)\n" + SHOW + "y_other = 3\n" + SHOW)
    assert keys_of(after) == ["test_accuracy"]


def test_models_in_one_variable_are_told_apart_by_their_class() -> None:
    block = "clf = {}()\nclf.fit(X, y)\nprint(clf.score(X_test, y_test))\n"
    after = adapt(
        HEAD + block.format("LogisticRegression") + block.format("DecisionTreeClassifier")
    )
    assert keys_of(after) == ["logistic_regression_test_accuracy", "decision_tree_test_accuracy"]


def test_models_nothing_tells_apart_are_numbered() -> None:
    block = "model.fit(X, y)\ny_pred = model.predict(X_test)\n" + SHOW
    after = adapt(HEAD + "model = build()\n" + block + block)
    assert keys_of(after) == ["test_accuracy", "test_accuracy_2"]


@pytest.mark.parametrize(
    ("between", "count"),
    [
        ("model.fit(X, y)", 2),
        ("model.set_params(C=3)", 2),
        ("improve()", 2),
        ("print(model)", 1),
        ("other = 1", 1),
    ],
)
def test_a_score_is_another_one_after_the_model_has_learned(between: str, count: int) -> None:
    after = adapt(
        HEAD
        + "model = LogisticRegression()\n"
        + "def improve():\n    model.fit(X, y)\n"
        + "print(model.score(X_test, y_test))\n"
        + between
        + "\nprint(model.score(X_test, y_test))\n"
    )
    assert len(calls_of(after)) == count


def test_a_name_a_called_function_binds_anew_is_another_value() -> None:
    after = adapt(
        HEAD + "def swap():\n    global y_pred\n    y_pred = second\n" + SHOW + "swap()\n" + SHOW
    )
    assert len(calls_of(after)) == 2


def test_a_variable_bound_anew_is_logged_each_time() -> None:
    block = "y_pred = {0}.predict(X)\nmse = mean_squared_error(y, y_pred)\nrmse = np.sqrt(mse)\n"
    after = adapt(HEAD + (block + 'print("RMSE", rmse)\n').format("a") + block.format("b"))
    assert calls_of(after) == ['"a_mse", mse', '"a_rmse", rmse', '"b_mse", mse', '"b_rmse", rmse']


def test_a_value_in_another_unit_is_not_logged_again() -> None:
    after = adapt(
        HEAD
        + 'acc = accuracy_score(y_test, y_pred)\nacc = round(acc * 100, 2)\nprint("acc", acc)\n'
    )
    assert calls_of(after) == ['"test_acc", acc']
    assert after.index("log_metric") < after.index("round(")


def test_the_arms_of_a_choice_share_a_key() -> None:
    after = adapt(
        HEAD + "if deep:\n    print(f1_score(y_test, a))\nelse:\n    print(f1_score(y_test, a))\n"
    )
    assert keys_of(after) == ["test_f1", "test_f1"]


def test_every_round_is_logged_where_only_the_last_is_returned() -> None:
    after = adapt(
        "import torch\ndef train(n):\n    for epoch in range(n):\n"
        "        epoch_loss = total.item() / 3\n        print('loss', epoch_loss)\n"
        "    return epoch_loss\nfinal_loss = train(3)\n"
    )
    assert calls_of(after) == [
        '"train_epoch_loss", epoch_loss, step=epoch',
        '"final_loss", final_loss',
    ]


def test_phases_in_one_loop_keep_their_own_names() -> None:
    after = adapt(
        "import torch\nfor epoch in range(3):\n"
        "    loss, acc = run(1)\n    print(f'train loss: {loss:.3f} acc: {acc:.3f}')\n"
        "    loss, acc = run(2)\n    print(f'valid loss: {loss:.3f} acc: {acc:.3f}')\n"
    )
    assert keys_of(after) == ["train_loss", "train_acc", "val_loss", "val_acc"]


def test_a_value_before_the_rounds_does_not_share_their_key() -> None:
    after = adapt(
        "import torch\ndef run(loader):\n    return total.item() / 3\n"
        "loss = run(test_loader)\n"
        "for epoch in range(3):\n    loss = run(test_loader)\n"
    )
    assert keys_of(after) == ["initial_test_loss", "test_loss"]


def test_a_best_value_is_not_logged_before_it_is_measured() -> None:
    after = adapt(
        "import torch\nbest_loss = float('inf')\nfor epoch in range(3):\n"
        "    val_loss = total.item() / 3\n    print('val loss', val_loss)\n"
        "    if val_loss < best_loss:\n        best_loss = val_loss\n"
        "print(f'best val loss {best_loss:.3f}')\n"
    )
    assert calls_of(after) == ['"val_loss", val_loss, step=epoch', '"best_val_loss", best_loss']


def test_a_function_told_a_name_by_every_call_logs_under_that_name() -> None:
    after = adapt(
        HEAD + "def check(name, model):\n    pred = model.fit(X, y).predict(X_test)\n"
        "    acc = accuracy_score(y_test, pred)\n    print(name, acc)\n    return acc\n"
        'check("Logistic", LogisticRegression())\ncheck("Tree", DecisionTreeClassifier())\n'
    )
    assert calls_of(after) == ['f"{name}_test_acc", acc']


def test_after_training_is_a_moment_and_no_part_of_the_data() -> None:
    after = adapt(
        "import torch\ndef test(loader):\n    return hits.item() / 3\n"
        'print("Accuracy before training:", test(test_loader))\nwork()\n'
        'print("Accuracy after training:", test(test_loader))\n'
        "def work():\n    optimizer.step()\n"
    )
    assert keys_of(after) == ["before_test_accuracy", "after_test_accuracy"]


def test_a_derived_measure_of_another_family_is_logged_too() -> None:
    after = adapt(
        "import math\nimport torch\nfor epoch in range(3):\n    val_loss = total.item() / 3\n"
        "    print(f'val loss {val_loss:.2f} ppl {math.exp(val_loss):.2f}')\n"
    )
    assert keys_of(after) == ["val_loss", "val_perplexity"]


def test_options_handed_straight_to_main_are_logged_there() -> None:
    after = adapt(
        HEAD + "import argparse\ndef main(args):\n    np.random.seed(args.seed)\n"
        "    print(accuracy_score(y_test, y_pred))\n"
        'if __name__ == "__main__":\n    parser = argparse.ArgumentParser()\n'
        '    parser.add_argument("--seed", type=int)\n    main(parser.parse_args())\n'
    )
    assert "    mlflow.log_params(vars(args))\n" in after
    assert "    with mlflow.start_run" in after
