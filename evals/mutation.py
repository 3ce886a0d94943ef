"""`make mutation`: what became of every mutant of the oracles and gates, as a page of Markdown.

mutmut makes and runs the mutants (settings in pyproject.toml); this reads what it kept. A mutant
that strict mypy rejects could not land either, and is counted apart from those that tests kill.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

KEPT = Path("mutants")
PAGE = Path(__file__).parent / "results" / "mutation.md"
KILLED, TYPED, SURVIVED, UNTESTED = "killed", "rejected by types", "survived", "not reached"
_OUTCOMES = {0: SURVIVED, 1: KILLED, 3: KILLED, 5: UNTESTED, 33: UNTESTED, 37: TYPED}
"""mutmut's exit codes; a mutant that hangs or crashes has any other and is noticed, too."""

_TEXT = re.compile(r'f?"(?:[^"\\]|\\.)*"')
_REASONS = (
    ("wording", "only a sentence that people read differs; the light is the same"),
    ("limit", "a bound or a deadline is one more or less; far from what any store holds"),
    ("strictness", "`strict=` of zip, where both sides have one length by construction"),
    ("equivalent", "SQL in other letters, the name of a temporary folder: nothing differs"),
    ("open", "no test tells it apart yet"),
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mutant and what became of it."""

    name: str
    file: str
    outcome: str


def read_mutants(folder: Path = KEPT) -> Iterator[Mutant]:
    """Every mutant that mutmut kept a result of, file by file."""
    for path in sorted(folder.rglob("*.py.meta")):
        codes: Mapping[str, int | None] = json.loads(path.read_text())["exit_code_by_key"]
        file = path.relative_to(folder).as_posix().removesuffix(".meta")
        for name, code in codes.items():
            if code is not None:
                yield Mutant(name, file, _OUTCOMES.get(code, KILLED))


def count_untried(folder: Path = KEPT) -> int:
    """How many mutants were made that a run which was broken off did not come to."""
    kept = (json.loads(path.read_text()) for path in folder.rglob("*.py.meta"))
    return sum(code is None for file in kept for code in file["exit_code_by_key"].values())


def explain(diff: str) -> str:
    """Why a mutant that survived is no weakness, or that it is one: a word of `_REASONS`."""
    removed, added = (
        " ".join(
            line[1:].strip() for line in diff.splitlines() if re.match(rf"{sign}(?!{sign})", line)
        )
        for sign in ("-", r"\+")
    )
    query = re.search(r"SELECT|PRAGMA|UPDATE|FROM ", removed) is not None
    if "prefix=" in removed or (query and removed.lower() == added.lower()):
        return "equivalent"
    if "strict=" in removed:
        return "strictness"
    if re.search(r"\b(MAX|MOST|LONGEST|DEADLINE|LIMIT|[A-Z]+_BYTES|[A-Z]+_SECONDS)\w*\b", removed):
        return "limit"
    sentence = any(" " in text for text in _TEXT.findall(removed))
    if sentence and not query and _TEXT.sub('""', removed) == _TEXT.sub('""', added):
        return "wording"
    return "open"


def write_page(mutants: list[Mutant], find_diff: Callable[[Mutant], str], untried: int = 0) -> str:
    """The table by file, then every survivor with its diff and its reason."""
    counts: dict[str, Counter[str]] = {}
    for mutant in mutants:
        counts.setdefault(mutant.file, Counter())[mutant.outcome] += 1
    total = sum(counts.values(), Counter())
    lines = ["# Mutants of oracles and gates", ""]
    lines += [
        "Made with `make mutation`. Left out: `sandbox/oracles/child`, whose scripts run in a "
    ]
    lines[-1] += "fresh sandbox, where no quick test comes by."
    lines += [""]
    lines += [f"**{_share(total)} of {total.total():,} mutants are noticed**: by tests "]
    lines[-1] += f"{total[KILLED]:,}, by strict types {total[TYPED]:,}."
    if untried:
        lines += ["", f"{untried:,} more were made and not tried: the run was broken off."]
    lines += ["", "| file | mutants | tests | types | survived | not reached | noticed |"]
    lines += ["| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for file, count in counts.items():
        row = (count.total(), count[KILLED], count[TYPED], count[SURVIVED], count[UNTESTED])
        lines.append(f"| `{file}` | {' | '.join(map(str, row))} | {_share(count)} |")
    survivors: dict[str, list[str]] = {word: [] for word, _ in _REASONS}
    for mutant in mutants:
        if mutant.outcome in (SURVIVED, UNTESTED):
            diff = find_diff(mutant)
            shown = [line for line in diff.splitlines() if re.match(r"[-+](?![-+])", line)]
            survivors[explain(diff)].append("\n".join((f"# {mutant.name}", *shown)))
    for word, why in _REASONS:
        found = survivors[word]
        lines += ["", f"## {word}: {len(found)}", "", f"{why.capitalize()}.", ""]
        lines += ["```diff", *found, "```"] if found else []
    return "\n".join(lines) + "\n"


def _share(count: Counter[str]) -> str:
    return f"{(count[KILLED] + count[TYPED]) / max(count.total(), 1):.1%}"


if __name__ == "__main__":
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    page = write_page(
        list(read_mutants()),
        lambda mutant: get_diff_for_mutant(mutant.name, path=mutant.file),
        count_untried(),
    )
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    sys.stdout.write(f"{page.partition(chr(10) + '## ')[0]}\nwritten: {PAGE}\n")
