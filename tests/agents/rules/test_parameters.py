from agents.records import Candidate
from tests.agents.rules.samples import adapt, propose, read_sample

OPTIONS = """\
import argparse
from sklearn.metrics import accuracy_score
def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--max-tokens", type=int, default=10)
    {more}
    return parser.parse_args()
def main():
    args = parse()
    acc = accuracy_score(a, b)
if __name__ == "__main__":
    main()
"""


def test_a_namespace_without_secrets_is_logged_whole() -> None:
    text = OPTIONS.format(more="").replace("--max-tokens", "--depth")
    after = adapt(text)
    assert "    args = parse()\n    mlflow.log_params(vars(args))\n" in after


def test_secret_options_are_withheld_and_named() -> None:
    answer = propose(read_sample("mnist_shape"))
    assert isinstance(answer, Candidate)
    assert answer.withheld == ("api_token",)
    after = answer.files["train.py"]
    assert '"learning' not in after
    assert '"lr": args.lr,' in after
    assert "args.api_token" not in after


def test_a_secret_default_is_withheld_whatever_its_option_is_called() -> None:
    more = 'parser.add_argument("--store", default="https://me:hunter2@host/db")'
    answer = propose(OPTIONS.format(more=more))
    assert isinstance(answer, Candidate)
    assert "store" in answer.withheld
    assert "args.store" not in answer.files["train.py"]


def test_secrets_are_filtered_by_name_where_the_options_are_not_all_in_the_text() -> None:
    more = 'parser.add_argument("--password"); parser.set_defaults(mode="fast")'
    after = adapt(OPTIONS.format(more=more))
    assert "vars(args).items() if name not in (" in after
    assert '"password",' in after


def test_constants_are_logged_by_name_and_settings_by_value() -> None:
    after = adapt(read_sample("flat_epochs"))
    assert '"learning_rate": learning_rate,' in after
    assert '"kernel": "rbf"' in adapt(read_sample("grid_search"))


def test_secret_constants_are_not_logged() -> None:
    after = adapt(
        'from sklearn.metrics import f1_score\nAPI_KEY = "abc"\nEPOCHS = 3\nprint(f1_score(a, b))\n'
    )
    assert '{"epochs": EPOCHS}' in after
    assert "API_KEY}" not in after.replace('API_KEY = "abc"', "")


def test_no_parameter_is_logged_twice_under_one_key() -> None:
    after = adapt(
        "from sklearn.svm import SVC\n"
        "def one():\n    epochs = 3\n    print(SVC(C=1.0).fit(a, b).score(a, b))\n"
        "def two():\n    epochs = 4\n"
        "one()\ntwo()\n"
    )
    assert after.count('"epochs"') <= 1


def test_best_parameters_of_a_search_are_logged() -> None:
    after = adapt(read_sample("grid_search"))
    assert (
        'log_params({f"best_{name}": value for name, value in grid.best_params_.items()})' in after
    )
