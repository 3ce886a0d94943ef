"""The coder's last look at its own text: everything of the script must still be there."""

import ast
import re
import warnings
from collections import Counter

_WORD = re.compile(r"\w+|[^\w\s]")


def keeps_statements(before: str, after: str) -> bool:
    """The text after compiles, and no word, number, operator or comment of before is lost."""
    try:
        with warnings.catch_warnings():
            # The user's own invalid escapes are not for us to judge.
            warnings.simplefilter("ignore")
            compile(after.removeprefix("\ufeff"), "adapted", "exec", ast.PyCF_ONLY_AST)
    except (SyntaxError, ValueError):
        return False
    return not Counter(_WORD.findall(before)) - Counter(_WORD.findall(after))
