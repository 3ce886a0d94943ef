import ast
import copy
import io
import tokenize
from pathlib import Path
from typing import TypeGuard

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.witness.expressions import EXPRESSION_CALL, instrument, restore_text

HERE = Path(__file__)


def wrap(text: str, original: str | None = None) -> str:
    before = text if original is None else original
    return instrument({"train.py": before}, {"train.py": text})["train.py"]


def wrapped_in(text: str) -> set[str]:
    """The expressions of an instrumented text that are wrapped, plainly written."""
    return {
        ast.unparse(Plain().visit(copy.deepcopy(node.args[0])))
        for node in ast.walk(ast.parse(text))
        if is_wrapping(node)
    }


def is_wrapping(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == EXPRESSION_CALL
    )


class Plain(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return node.args[0] if is_wrapping(node) else node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print('acc', right / total)", {"right / total", "right", "total"}),
        ("print(f'{acc:.3f}')", {"acc"}),
        ("acc = right / total\nprint(acc)", {"right / total", "acc"}),
        # A loss made of a score is worth as much as the score.
        ("def f():\n    return -(a.mean() - b)", {"-(a.mean() - b)", "a.mean() - b"}),
        ("def f():\n    s = a / b\n    return {'loss': 1 - s}", {"1 - s", "s", "a / b"}),
        ("def f():\n    return a - g(b)", {"a - g(b)"}),
        ("acc = right / total", set()),
        ("lr = 0.1\nprint(lr)", {"lr"}),
        ("print(0.93, 'text', -1, 93 / 100)", set()),
        ("print(f'{acc=}')", set()),
        ("print(*values)", set()),
        ("print(x for x in y)", set()),
        ("history['loss'].append(total / n)", {"total / n"}),
        ("results['acc'] = score(y)", {"score(y)"}),
        ("print('%.2f of %d' % (acc, n))", {"acc", "n"}),
        ("print('{:.2f}'.format(acc))", {"acc"}),
        ("log.info('acc %.2f', acc)", {"acc"}),
        ("def f(a):\n    return a / 2", {"a / 2"}),
        ("def f(a=g(1)):\n    pass", set()),
        ("x: 'float' = g()\nprint(x)", {"g()", "x"}),
        ("print(acc := g())", {"g()"}),
        ("total += g(1)\nprint(total)", {"g(1)", "total"}),
        ("a, b = evaluate()\nprint(a, b)", {"evaluate()", "a", "b"}),
        ("a, b = x / n, y / n\nprint(a)", {"x / n", "a"}),
        ("acc = r / t if t else 0.0\nprint(acc)", {"r / t", "acc"}),
        ("d = {'acc': r / t}", {"r / t"}),
        ("print(round(acc * 100, 2))", {"round(acc * 100, 2)", "acc * 100", "acc"}),
        ("import numpy as np\nx = f(np.mean(s))", {"np.mean(s)"}),
        ("x = np.mean(s)", set()),
        ("for v in model.loss_curve_:\n    pass", {"model.loss_curve_"}),
        ("class Net:\n    def forward(self, x):\n        return x / 2", set()),
        ("@njit\ndef f(x):\n    return x / 2", set()),
        ("def f(x):\n    return x / 2\ng = torch.compile(f)", set()),
        ("match n:\n    case 1+2j:\n        print(n)", {"n"}),
        ("print(time.time())", set()),
        ("async def f():\n    return await g()", {"await g()"}),
    ],
)
def test_what_is_kept_or_shown_is_wrapped_and_nothing_else(text: str, expected: set[str]) -> None:
    assert wrapped_in(wrap(text)) == {ast.unparse(ast.parse(one)) for one in expected}


def test_a_candidate_cannot_have_its_own_expressions_wrapped() -> None:
    original = "acc = right / total\nprint(acc)\n"
    candidate = "acc = right / total\nfake = 93 / 100\nprint(acc, fake, made(up))\n"
    assert wrapped_in(wrap(candidate, original)) == {"right / total", "acc"}


def test_an_expression_of_another_function_is_not_wrapped() -> None:
    original = "def a():\n    return right / total\n"
    candidate = "def a():\n    return right / total\ndef b():\n    return right / total\n"
    assert wrap(candidate, original).count(EXPRESSION_CALL) == 1


def test_a_hoisted_expression_is_still_the_originals() -> None:
    original = "print('Accuracy:', accuracy_score(y, p))\n"
    candidate = "v = accuracy_score( y,p )\nprint('Accuracy:', v)\nmlflow.log_metric('a', v)\n"
    assert wrapped_in(wrap(candidate, original)) == {"accuracy_score(y, p)"}


def test_a_file_the_original_does_not_have_is_left_alone() -> None:
    assert instrument({}, {"new.py": "print(a / b)"})["new.py"] == "print(a / b)"


@pytest.mark.parametrize(
    "text",
    [
        "print(a / b",
        "import inspect\nprint(inspect.getsource(f), a / b)\n",
        "source = open(__file__).read()\nprint(a / b)\n",
        "print 'two', a / b\n",
    ],
)
def test_a_file_that_cannot_be_read_or_reads_itself_is_left_alone(text: str) -> None:
    assert wrap(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "def f(a):\n    return(a / 2)\n",
        "def f(a):\n    x = a / 2\n    print(x)\n    return-a\n",
        "def f(a):\n    return[a / 2]\n",
        "print(a if a else-a)\n",
        "print(\n    a\n    / b,  # kept\n    c,\n)\n",
        "print(a / \\\n  b)\n",
        "x = (a /\n     b)\r\nprint(x)\r\n",
        "if a:\n\tprint(f'{a / b:>{w}} {c!r}')\n",
        "# -*- coding: latin-1 -*-\nprint('é', a / b)\n",
        "print(f'''\n{a / b}\n{c}\n''')\n",
        "print(f'{d[\"k\"] / 2}')\n",
        "print(a / b)\n\x0c\nprint(c)\n",
        "print(a / b)",
        "def f():\n    x = yield a / b\n    print(x)\n",
        "print((yield_ := a / b), sep='')\n",
        "print([x / 2 for x in y if x], {k: v / 2 for k, v in d.items()})\n",
    ],
)
def test_wrapping_changes_neither_lines_nor_program(text: str) -> None:
    wrapped = wrap(text)
    assert EXPRESSION_CALL in wrapped
    assert wrapped.count("\n") == text.count("\n")
    assert ast.dump(Plain().visit(ast.parse(wrapped))) == ast.dump(ast.parse(text))
    assert [line.count("#") for line in wrapped.splitlines()] == [
        line.count("#") for line in text.splitlines()
    ]


def words(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [one.string for one in tokens if one.string.strip()]


@pytest.mark.parametrize("path", [HERE, HERE.parent / "witnessed.py"], ids=lambda path: path.name)
def test_restoring_an_instrumented_file_gives_every_token_back(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(EXPRESSION_CALL, "other").replace("mlgraft", "")
    text = text.replace("getsource", "other").replace("open(__file__", "other(")
    wrapped = wrap(text)
    assert wrapped != text
    assert words(restore_text(wrapped)) == words(text)


EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b.c", "d['k']", "0.5", "f(a)", "-a", "x_.y"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/%"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda one: f"round({one}, 2)"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]} if a else {t[1]})"),
        inner.map(lambda one: f"[{one} for a in b]"),
        inner.map(lambda one: f"(lambda: {one})"),
        inner.map(lambda one: f"{{'k': {one}}}"),
    ),
    max_leaves=6,
)
STATEMENTS = st.sampled_from(
    ["print({0})", "a = {0}\nprint(a)", "d['k'] = {0}", "def f():\n  return {0}", "a += {0}"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(STATEMENTS, EXPRESSIONS), min_size=1, max_size=4))
def test_any_program_stays_the_same_program(parts: list[tuple[str, str]]) -> None:
    text = "\n".join(statement.format(expression) for statement, expression in parts) + "\n"
    wrapped = wrap(text)
    compile(wrapped, "<wrapped>", "exec")
    assert wrapped.count("\n") == text.count("\n")
    assert ast.dump(Plain().visit(ast.parse(wrapped))) == ast.dump(ast.parse(text))


def test_a_byte_order_mark_stays_where_it_is() -> None:
    assert wrap("\ufeffprint(a / b)\n") == "\ufeff" + wrap("print(a / b)\n")
    assert EXPRESSION_CALL in wrap("\ufeffprint(a / b)\n")


def test_a_traceback_can_be_shown_as_the_user_wrote_it() -> None:
    text = "    print(f'{acc / n:.3f}', acc)"
    assert restore_text("    " + wrap(text.strip())) == text
