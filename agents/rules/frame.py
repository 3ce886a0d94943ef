"""Where a run begins and ends in a script."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst

from agents.rules.script import Place, Script

_GUARD = re.compile(r"""(__name__\s*==\s*["']__main__["']|["']__main__["']\s*==\s*__name__)""")
_EXIT = re.compile(r"\b(sys\.exit|exit|quit)\(|\bSystemExit\b")
_PREPARING = re.compile(
    r"\s*(#.*\n\s*)*(os|sys|warnings|matplotlib|mpl|plt|sns|logging|pd\.set_option|np\.set_printoptions"
    r"|get_ipython|print)\b"
)
_SHORT = 7


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The lines a run covers."""

    wrapped: bool
    """`with` around the lines; otherwise a start before and an end after them."""
    first: int
    last: int
    indent: str


def guard_of(script: Script) -> cst.If | None:
    """The `if __name__ == "__main__"` block."""
    for node in script.module.body:
        if isinstance(node, cst.If) and _GUARD.search(script.text(node.test)):
            return node
    return None


def _is_quiet(script: Script, node: cst.CSTNode) -> bool:
    """A statement that does no work yet: imports, definitions, constants, options."""
    if isinstance(node, cst.FunctionDef | cst.ClassDef):
        return True
    if isinstance(node, cst.Try | cst.If) and not _GUARD.search(script.text(node)):
        inner = node.body.body
        return all(isinstance(s, cst.SimpleStatementLine) and _imports(s) for s in inner)
    if not isinstance(node, cst.SimpleStatementLine):
        return False
    return all(_is_quiet_small(script, small) for small in node.body)


def _imports(node: cst.SimpleStatementLine) -> bool:
    return all(isinstance(s, cst.Import | cst.ImportFrom) for s in node.body)


def _is_quiet_small(script: Script, small: cst.BaseSmallStatement) -> bool:
    if isinstance(small, cst.Import | cst.ImportFrom):
        return True
    if isinstance(small, cst.Expr):
        if isinstance(small.value, cst.SimpleString | cst.ConcatenatedString):
            return True
        return bool(
            re.search(
                r"\.(add_argument|set_defaults|add_mutually\w+)\(|^warnings\.", script.text(small)
            )
        )
    if isinstance(small, cst.Assign | cst.AnnAssign) and small.value is not None:
        return _is_constant(small.value) or is_options(script, small.value)
    return False


def is_options(script: Script, node: cst.BaseExpression) -> bool:
    """An argument parser, one of its groups, or what it parsed."""
    return bool(
        re.search(
            r"ArgumentParser\(|\.parse_(known_)?args\(|\.add_argument_group\(", script.text(node)
        )
    )


def _is_constant(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Call | cst.Await | cst.ListComp | cst.GeneratorExp):
        return False
    return all(_is_constant(child) for child in node.children)


def _has_text_block(script: Script, first: int, last: int) -> bool:
    """A string runs over several of the lines: moving them right would change it."""
    for node, span in script.spans.items():
        if isinstance(node, cst.SimpleString | cst.FormattedString):
            inside = first <= span.start.line <= last
            if inside and span.end.line > span.start.line:
                return True
    return False


def exits_early(script: Script) -> bool:
    """Somewhere the script ends itself."""
    return bool(_EXIT.search(script.module.code))


def choose_frame(script: Script, roots: Sequence[Place], options_line: int) -> Frame:
    """Cover the training, from the first line that works to the last."""
    guard = guard_of(script)
    lines = [script.line_of(root.line) for root in roots]
    if guard is not None and isinstance(guard.body, cst.IndentedBlock):
        first = script.line_of(guard.body.body[0])
        if all(first <= line <= script.spans[guard.body.body[-1]].end.line for line in lines):
            return _frame_of(script, list(guard.body.body), min(lines), options_line, inner=True)
    return _frame_of(script, list(script.module.body), min(lines), options_line, inner=False)


def import_line(script: Script) -> int:
    """The last line of the leading imports; 0 where there are none.

    Lines of preparation between them (`sys.path`, `warnings`, constants) are passed over, since
    what they prepare may be meant for the imports that follow.
    """
    last = 0
    for index, node in enumerate(script.module.body):
        docstring = index == 0 and _is_text(node)
        if docstring or (isinstance(node, cst.SimpleStatementLine) and _imports(node)):
            last = script.spans[node].end.line
        elif isinstance(node, cst.FunctionDef | cst.ClassDef) or not (
            _is_quiet(script, node) or _PREPARING.match(script.text(node))
        ):
            break
    return last


def _is_text(node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.SimpleStatementLine) or not isinstance(node.body[0], cst.Expr):
        return False
    return isinstance(node.body[0].value, cst.SimpleString | cst.ConcatenatedString)


def _frame_of(
    script: Script, body: list[cst.CSTNode], first_root: int, options_line: int, *, inner: bool
) -> Frame:
    begin, imports = 0, import_line(script)
    for index, node in enumerate(body):
        span = script.spans[node]
        holds_options = span.start.line <= options_line <= span.end.line
        if span.end.line < first_root and (holds_options or span.end.line <= imports):
            begin = index + 1
    while begin < len(body) - 1 and _is_quiet(script, body[begin]):
        begin += 1
    first, last = script.line_of(body[begin]), script.spans[body[-1]].end.line
    calls_main = begin == len(body) - 1 and isinstance(body[begin], cst.SimpleStatementLine)
    wrapped = (
        (inner or calls_main)
        and last - first < _SHORT
        and not exits_early(script)
        and not _has_text_block(script, first, last)
    )
    indent = script.indent_of(first)
    # A comment above the first statement speaks of that statement: they stay together.
    while not wrapped and first - 1 > max(imports, 2) and _is_remark(script, first - 1, indent):
        first -= 1
    return Frame(wrapped, first, last, indent)


def _is_remark(script: Script, line: int, indent: str) -> bool:
    return script.lines[line - 1].startswith(f"{indent}#")
