import pytest

from agents.records import Candidate, Refusal, Stage
from agents.rules.catalogue import list_rules
from agents.rules.coder import RulesCoder
from tests.agents.rules.samples import STAGE, adapt, calls_of, propose, read_sample, refuse

HEAD = """\
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
model = LogisticRegression().fit(X, y)
"""
LOOP = """\
import torch
{before}
for epoch in range(3):
    {body}
"""


def test_only_tracking_with_mlflow_is_known() -> None:
    coder = RulesCoder()
    assert coder.name == "rules"
    assert coder.styles(STAGE) == ("explicit",)
    for other in (
        Stage("inline", "experiment_tracking", "wandb"),
        Stage("inline", "hyperparameter_optimization", "mlflow"),
        Stage("translate", "experiment_tracking", "mlflow", "wandb"),
    ):
        assert coder.styles(other) == ()
        assert isinstance(propose(HEAD, other), Refusal)


def test_the_experiment_named_by_the_person_is_set_first() -> None:
    stage = Stage("inline", "experiment_tracking", "mlflow", experiment='my "own"')
    after = adapt(HEAD + "print(accuracy_score(y, model.predict(X)))\n", stage)
    assert after.index(r'mlflow.set_experiment("my \"own\"")') < after.index("start_run")


def test_a_hoisted_name_never_shadows_an_import() -> None:
    after = adapt(
        "from sklearn.metrics import r2_score as r2\n"
        "from sklearn.metrics import accuracy_score\n"
        "print(r2(a, b), accuracy_score(a, b))\n"
    )
    assert "r2_value = r2(a, b)" in after
    assert "print(r2_value, accuracy)" in after


def test_an_expression_that_may_not_be_evaluated_is_left_alone() -> None:
    reasons = refuse(HEAD + "print(accuracy_score(y, p) if done else None)\n")
    assert [reason.rule for reason in reasons] == ["no-metric"]


def test_nothing_is_moved_before_a_call_that_may_be_noticed() -> None:
    refuse(HEAD + "print(ask_user(), accuracy_score(y, model.predict(X)))\n")


def test_counts_times_and_rates_are_no_metrics() -> None:
    body = 'print(f"lr {lr:.4f} time {seconds:.2f} total loss weight {w:.2f} n {count:.1f}")'
    refuse(LOOP.format(before="", body=body))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('print(f"{mse:.3f} (train) {b:.3f} (test)")', []),
        ('print("Accuracy: %d/%d" % (correct, total))', []),
        ('print(f"Accuracy: {correct:.0f}/{total}")', []),
        ('print(f"Loss {loss:.3f} at step {step:.1f}")', ['"loss", loss, step=epoch']),
        ('print("loss: {:.3f} | acc: {:.2%}".format(loss, hit))',
         ['"loss", loss, step=epoch', '"accuracy", hit, step=epoch']),
        ('logging.info("val loss %.4f", value)', ['"val_loss", value, step=epoch']),
    ],
)  # fmt: skip
def test_labels_belong_to_the_value_they_stand_before(text: str, wanted: list[str]) -> None:
    answer = propose(LOOP.format(before="import logging", body=text))
    found = calls_of(answer.files["train.py"]) if isinstance(answer, Candidate) else []
    assert [call for call in found if "mse" not in call] == wanted


def test_a_value_printed_now_and_then_is_logged_where_it_is_printed() -> None:
    after = adapt(read_sample("full_batch"))
    assert "    if t % 100 == 99:\n        mlflow.log_metric(" in after


def test_a_name_that_contradicts_the_data_is_not_logged() -> None:
    reasons = refuse(HEAD + "test_acc = accuracy_score(y_train, model.predict(X_train))\n")
    assert reasons[0].rule == "contradiction"


def test_a_score_of_a_regressor_is_never_called_accuracy() -> None:
    after = adapt(
        "from sklearn.linear_model import Ridge\n"
        "model = Ridge().fit(X, y)\n"
        'print("Accuracy:", model.score(X_test, y_test))\n'
    )
    assert calls_of(after) == ['"test_r2", test_r2']


def test_the_byte_order_mark_stays_first() -> None:
    after = adapt("\ufeff" + HEAD + "print(accuracy_score(y, model.predict(X)))")
    assert after.startswith("\ufefffrom sklearn")
    assert after.endswith("print(accuracy)\nmlflow.end_run()\n")


def test_a_script_that_exits_by_itself_is_not_wrapped() -> None:
    after = adapt(read_sample("exits"))
    assert "with mlflow" not in after
    assert after.index("start_run") < after.index("    sys.exit(main")


def test_the_future_import_stays_first() -> None:
    after = adapt(read_sample("tuned_functions"))
    assert after.index("from __future__") < after.index("import mlflow")
    compile(after, "train.py", "exec")


def test_rules_are_listed_once_each() -> None:
    rules = list_rules()
    assert len({rule.name for rule in rules}) == len(rules)
    assert {rule.kind for rule in rules} == {"site", "emitter", "refusal"}
    assert all(rule.text.endswith((".", ")")) for rule in rules)


def test_a_measured_value_nobody_takes_is_taken_by_its_own_line() -> None:
    after = adapt(
        HEAD + "def check(model, y):\n    return accuracy_score(y, model.predict(X))\n"
        "check(model, y)\ncheck(other, y)\n"
    )
    assert 'model_accuracy = check(model, y)\nmlflow.log_metric("model_accuracy"' in after
    assert 'other_accuracy = check(other, y)\nmlflow.log_metric("other_accuracy"' in after


def test_nothing_is_logged_before_the_run_is_open() -> None:
    after = adapt(
        "from sklearn.metrics import f1_score\n"
        "def load():\n    batch_size = 3\n    return [1]\n"
        "X = load()\n"
        'if __name__ == "__main__":\n    f1 = f1_score(X, X)\n'
    )
    assert "batch_size}" not in after
    assert "with mlflow.start_run" in after


def test_an_array_is_not_taken_for_a_number() -> None:
    refuse(
        "import numpy as np\ny_error = np.zeros(5)\ny_error += x\ny_error /= 3\nprint(y_error)\n"
    )
    after = adapt("val_loss = 0\nfor x in xs:\n    val_loss += x.item()\nval_loss /= len(xs)\n")
    assert calls_of(after) == ['"val_loss", val_loss']
