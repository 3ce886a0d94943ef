"""What shows that a program or a file beside it still uses a component, by component."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.gates.program import parse_program


@dataclass(frozen=True, slots=True)
class Trace:
    """How the use of one component shows."""

    modules: frozenset[str]
    """Top-level modules it is imported by."""
    words: re.Pattern[str]
    """Texts that name it as a whole: a module in text, a variable of the environment."""
    names: frozenset[str] = frozenset()
    """Names under which other libraries offer it."""
    requirement: str = ""
    """Its distribution as a pattern, for files of requirements and settings."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """One place where a component is still used."""

    line: int
    what: str


TRACES: Mapping[str, Trace] = {
    "wandb": Trace(
        modules=frozenset({"wandb", "wandb_workspaces", "weave"}),
        words=re.compile(r"wandb(\.[\w.]+)?|WANDB_\w+", re.IGNORECASE),
        names=frozenset(
            {"WandbLogger", "WandbCallback", "WandbMetricsLogger", "WandbModelCheckpoint"}
            | {"WandbEvalCallback", "WeightsAndBiasesCallback", "WandbTracker", "wandb_log"}
        ),
        requirement=r"wandb",
    ),
    "mlflow": Trace(
        modules=frozenset({"mlflow"}),
        words=re.compile(r"mlflow(\.[\w.]+)?|MLFLOW_\w+", re.IGNORECASE),
        names=frozenset(
            {"MLFlowLogger", "MLflowCallback", "MlflowCallback", "MLflowTracker", "MlflowClient"}
        ),
        requirement=r"mlflow(?:-skinny|-tracing)?",
    ),
    "hyperopt": Trace(
        modules=frozenset({"hyperopt", "hpsklearn"}),
        words=re.compile(r"hyperopt(\.[\w.]+)?|HYPEROPT_\w+"),
        names=frozenset({"SparkTrials", "HyperOptSearch"}),
        requirement=r"hyperopt",
    ),
    "gitpython": Trace(
        modules=frozenset({"git", "gitdb"}),
        words=re.compile(r"git\.(?:Repo|Actor|IndexFile|exc|refs|objects)[\w.]*|GIT_PYTHON_\w+"),
        requirement=r"gitpython",
    ),
}


def find_leftovers(trace: Trace, text: str) -> Iterator[Leftover]:
    """Every place in a Python program that still uses a component, in no order."""
    tree = parse_program(text)
    bound = _bound_names(tree) if tree else frozenset()
    for node in ast.walk(tree) if tree else ():
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Import() | ast.ImportFrom():
                if name := _find_import(trace, node):
                    yield Leftover(line, f"{name} is still imported")
            case ast.Name(id=name):
                if name in trace.names or (name in trace.modules and name not in bound):
                    yield Leftover(line, f"{name} is still used")
            case ast.Attribute(attr=name) if name in trace.names:
                yield Leftover(line, f"{name} is still used")
            case ast.Constant(value=str(value)) if trace.words.fullmatch(value.strip()):
                yield Leftover(line, f"the text {value.strip()[:60]!r} still names it")
            case ast.keyword(arg=str(name)) if trace.words.fullmatch(name):
                yield Leftover(line, f"the argument {name} still names it")
            case _:
                pass


def _find_import(trace: Trace, node: ast.Import | ast.ImportFrom) -> str:
    modules = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        offered = [name for name in modules if name in trace.names]
        if offered:
            return offered[0]
        modules = [] if node.level else [node.module or ""]
    return next((name for name in modules if name.split(".")[0] in trace.modules), "")


def find_mentions(trace: Trace, text: str) -> Iterator[Leftover]:
    """Lines of a file of settings or requirements that name a component; comments are left out."""
    pattern = re.compile(
        rf"(?<![\w/.])(?:{trace.requirement})(?![\w/])|(?<!\w)(?:{trace.words.pattern})(?!\w)",
        re.IGNORECASE,
    )
    for number, line in enumerate(text.splitlines(), start=1):
        told = re.split(r"(?:^|\s)(?:#|;)", line, maxsplit=1)[0]
        if pattern.search(told):
            yield Leftover(number, f"`{line.strip()[:120]}` still names it")


def _bound_names(tree: ast.Module) -> frozenset[str]:
    """Names that the program itself binds other than by an import."""
    found = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    found |= {node.name for node in ast.walk(tree) if isinstance(node, defined)}
    return frozenset(found)
