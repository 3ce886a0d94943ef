"""The files parse and compile, and nothing was added that could tamper with the proof."""

import re
import warnings
from collections import Counter
from collections.abc import Mapping

from agents.gates.commands import find_command_problem
from agents.gates.forbidden import find_forbidden
from agents.gates.licence import Licence, choose_licence
from agents.gates.program import drop_mark, parse_program
from agents.gates.wording import light_gate
from agents.records import Gate, Stage


def judge_build(stage: Stage, before: Mapping[str, str], after: Mapping[str, str]) -> Gate:
    """Light for the candidate's text alone, before anything of it runs."""
    licence = choose_licence(stage)
    for file, text in sorted(after.items()):
        if text == before.get(file):
            continue
        if problem := _compile_problem(text):
            return light_gate("build", "fail", f"{file}{problem}")
        if problem := _added_problem(before.get(file, ""), text, licence):
            return light_gate("build", "fail", f"{file}{problem}")
    return light_gate("build", "pass")


def _compile_problem(text: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(drop_mark(text), "<candidate>", "exec", dont_inherit=True)
    except SyntaxError as problem:
        return f", line {problem.lineno or 0}: {problem.msg}. The file is no valid Python."
    except ValueError:
        return ": the file holds a NUL character and is no valid Python."
    except (RecursionError, MemoryError):
        return ": the file is nested too deeply to be compiled."
    return ""


def _added_problem(before: str, after: str, licence: Licence) -> str:
    original, adapted = parse_program(before), parse_program(after)
    if adapted is None:
        return ": the file cannot be read."
    known = (
        Counter(finding.thing for finding in find_forbidden(original)) if original else Counter()
    )
    for finding in find_forbidden(adapted):
        if finding.thing in licence.allowed:
            continue
        known[finding.thing] -= 1
        if known[finding.thing] < 0:
            if licence.commands and re.match(r"(import|from) subprocess\b", finding.thing):
                problem = find_command_problem(adapted, licence.commands)
                if not problem:
                    continue
                return f", line {finding.line}: {finding.thing} was added, and {problem}."
            return (
                f", line {finding.line}: {finding.thing} was added. It is not needed, "
                "and it could forge what is being proved. Remove it."
            )
    return ""
