"""Nothing of the component that was moved away from is left behind. Translation only."""

import ast
from collections.abc import Mapping

from agents.gates.program import parse_program
from agents.gates.wording import light_gate
from agents.records import Gate, Stage


def judge_residue(stage: Stage, after: Mapping[str, str]) -> Gate:
    """Light for what is left of the source component; adding a component leaves nothing."""
    if stage.task == "inline" or not stage.source:
        return light_gate("residue", "not_needed")
    for file, text in sorted(after.items()):
        tree = parse_program(text)
        for node in ast.walk(tree) if tree else ():
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            if any(module.split(".")[0] == stage.source for module in modules):
                line = getattr(node, "lineno", 0)
                reason = f"{file}, line {line}: {stage.source} is still imported."
                return light_gate("residue", "fail", reason)
    reason = f"Whether every call of {stage.source} was carried over is not judged yet."
    return light_gate("residue", "cannot_tell", reason)
