"""Suggested values that nothing is done with, and the many ways to use one."""

import pytest

from agents.gates.suggestions import Suggestion, find_idle


def idle(*lines: str, name: str = "C") -> tuple[int, str] | None:
    body = "".join(f"    {line}\n" for line in lines)
    found = find_idle({"t.py": f"def objective(trial):\n{body}"})
    return (found[1].line, found[1].name) if found else None


C = 'C = trial.suggest_float("C", 0.1, 10.0)'


@pytest.mark.parametrize(
    "lines",
    [
        ('trial.suggest_float("C", 0.1, 10.0)',),
        (C,),
        (C, "print(C)"),
        (C, 'print(f"C is {C}")'),
        (C, "trial.set_user_attr('C', C)"),
        (C, "log.info('%s', str(C))"),
        (C, "mlflow.log_params({'C': C})"),
        (C, "C = 1.0", "fit(C)"),
        (C, "D = 1", "C = D", "fit(C)"),
        (C, "C += 1", "print(C)"),
        ('C = {"C": trial.suggest_float("C", 0.1, 10.0)}',),
        ('C = abs(trial.suggest_float(name="C", low=0.1, high=10.0))',),
        ('self.C = trial.suggest_float("C", 0.1, 10.0)',),
        ('self.C = trial.suggest_float("C", 0.1, 10.0)', "self.D = 1"),
    ],
)
def test_a_value_that_nothing_is_done_with_is_told(lines: tuple[str, ...]) -> None:
    assert idle(*lines) == (2, "C")


@pytest.mark.parametrize(
    "lines",
    [
        (C, "fit(C)"),
        (C, "print(C)", "fit(C)"),
        (C, "model = SVC(C=C)"),
        (C, "C = C * 2", "fit(C)"),
        (C, "fit(C)", "C = 1"),
        (C, "D = 1", "fit(C)"),
        (C, "f = lambda: fit(C)"),
        (C, "def inner():", "    return fit(C)"),
        (C, "C.x = 1", "fit(C)"),
        ('fit(C=trial.suggest_float("C", 0.1, 10.0))',),
        ('return trial.suggest_float("C", 0.1, 10.0)',),
        ('self.C = trial.suggest_float("C", 0.1, 10.0)', "fit(self.C)"),
        ('x["C"] = trial.suggest_float("C", 0.1, 10.0)',),
        ("C = trial.other(1)",),
        ("trial.other(1)",),
        ("C = suggest_float(1)",),
    ],
)
def test_a_value_that_is_used_is_not(lines: tuple[str, ...]) -> None:
    assert idle(*lines) is None


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("suggest_int(n, 1, 2)", ""),
        ("suggest_int(7, 1, 2)", ""),
        ("suggest_int()", ""),
        ("suggest_int('n', 1, 2)", "n"),
        ("suggest_int(low=1, name='n', high=2)", "n"),
    ],
)
def test_a_suggestion_is_named_where_its_name_stands(call: str, name: str) -> None:
    assert idle(f"trial.{call}") == (2, name)


def test_functions_inside_functions_have_values_of_their_own() -> None:
    assert idle("def inner():", f"    {C}", "    fit(C)") is None
    assert idle("def inner():", f"    {C}", "fit(C)") == (3, "C")
    assert idle("async def inner():", f"    {C}") == (3, "C")
    assert idle("if a:", f"    {C}") == (3, "C")


def test_the_first_file_is_told_by_its_name() -> None:
    text = f"trial = 1\n{C}\n"
    files = {"b.py": text, "a.py": text, "0.py": "def (", "1.py": "x = 1"}
    assert find_idle(files) == ("a.py", Suggestion("C", 2))
    assert find_idle({"a.py": "trial.suggest_x", "b.py": text}) == ("b.py", Suggestion("C", 2))
    assert find_idle({}) is None
