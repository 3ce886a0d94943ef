"""Only what was asked for: nothing lost, nothing reformatted, nothing added beside the point."""

import re
from collections import Counter
from collections.abc import Mapping

from agents.gates.feeding import find_other_data
from agents.gates.layout import Changes, Layout, Statement, compare_layouts, read_layout
from agents.gates.licence import choose_licence
from agents.gates.moving import find_beside_problem, find_moved, leave_out_texts, names_source
from agents.gates.program import keep_programs, reachable_files
from agents.gates.restating import Restated, count_words, find_restated
from agents.gates.rewriting import find_loss
from agents.gates.switches import count_switched
from agents.gates.unasked import find_unasked
from agents.gates.wording import light_gate
from agents.records import Gate, Stage

_WORDS = re.compile(r"\w+|[-+*/%<>=!&|^~@]+")
_WRAPPERS = frozenset({"with", "if", "try", "else", "elif", "finally", "except", "async"})


def judge_diff(
    stage: Stage, entry: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Gate:
    """Light for the hunks of the patch; the figures count the lines touched."""
    figures: Counter[str] = Counter(
        {"added": 0, "removed": 0, "reindented": 0, "touched": 0, "needed": 0}
    )
    for file in sorted(set(before) - set(after)):
        return light_gate("diff", "fail", f"{file} was deleted: that was not asked for.", figures)
    for file, text in sorted(after.items()):
        if file not in before:
            reason = f"{file} is a new file: that was not asked for."
            return light_gate("diff", "fail", reason, figures)
        if text == before[file]:
            continue
        if not file.endswith(".py"):
            problem = find_beside_problem(stage, before[file], text)
        else:
            problem = _judge_file(stage, before[file], text, figures)
        if problem:
            return light_gate("diff", "fail", f"{file}{problem}", figures)
    # Where lines may move, their words say little: what they work on has to be the same.
    moving = choose_licence(stage).rewriting
    if moving and (problem := find_other_data(_keep_read(before, entry), _keep_read(after, entry))):
        return light_gate("diff", "fail", problem, figures)
    if not figures["touched"]:
        return light_gate("diff", "fail", f"Nothing was changed in {entry}.", figures)
    return light_gate("diff", "pass", figures=figures)


def _keep_read(files: Mapping[str, str], entry: str) -> Mapping[str, str]:
    """What the script is made of: another script that lies beside it is none of its own."""
    programs = keep_programs(files)
    return {file: programs[file] for file in reachable_files(programs, entry)}


def _judge_file(stage: Stage, before: str, after: str, figures: Counter[str]) -> str:
    old, new = read_layout(before), read_layout(after)
    if old is None or new is None:
        return ": the file cannot be read as Python."
    changes = compare_layouts(old, new)
    _count(old, new, changes, figures)
    licence = choose_licence(stage)
    restated = find_restated(stage, before, old)
    moved = frozenset(restated.kept) or find_moved(stage, before, old)
    gone = len(moved & set(changes.removed))
    if licence.rewriting:
        moving = find_loss(before, old, new, changes)
    else:
        moving = (
            _blank_problem(old, new, gone)
            or _indent_problem(old, new, changes)
            or _restating_problem(old, new, changes, restated)
            or _removal_problem(old, new, changes, moved)
        )
    return (
        _whole_problem(before, after)
        or _comment_problem(stage, old, new, _list_gone(old, new, changes, restated))
        or moving
        or _budget_problem(old, new, changes)
        or find_unasked(licence, before, after, old, new, leave_out_texts(new, changes, moved))
    )


def _count(old: Layout, new: Layout, changes: Changes, figures: Counter[str]) -> None:
    def height(statement: Statement) -> int:
        return statement.last - statement.first + 1

    added = sum(height(new.statements[place]) for place in changes.added)
    removed = sum(height(old.statements[place]) for place in changes.removed)
    moved = sum(
        height(old.statements[place])
        for place, there in changes.kept.items()
        if old.statements[place].indent != new.statements[there].indent
    )
    # Needed is what a patch of additions alone would take.
    figures.update(
        added=added,
        removed=removed,
        reindented=moved,
        touched=added + removed + moved,
        needed=max(added - removed, 1),
    )


def _whole_problem(before: str, after: str) -> str:
    if after.count("\r\n") < before.count("\r\n"):
        return ": line endings were changed; the original ends its lines with CRLF."
    if before.startswith("\ufeff") != after.startswith("\ufeff"):
        return ": the byte order mark at the beginning was changed."
    return ""


def _list_gone(old: Layout, new: Layout, changes: Changes, restated: Restated) -> Counter[str]:
    """Comments in and right above statements that may be written anew, and were."""
    found: Counter[str] = Counter()
    added = {new.statements[place].plain for place in changes.added}
    for place in set(changes.removed) & restated.kept.keys():
        statement = old.statements[place]
        if statement.plain in added:
            continue
        first = statement.first
        while first - 1 in old.placed and first - 1 > _last_line(old, place - 1):
            first -= 1
        lines = range(first, statement.last + 1)
        found.update(old.placed[line] for line in lines if line in old.placed)
    return found


def _last_line(layout: Layout, place: int) -> int:
    return layout.statements[place].last if place >= 0 else 0


def _comment_problem(stage: Stage, old: Layout, new: Layout, gone: Counter[str]) -> str:
    """No comment is lost but one about the component moved away from."""
    lost = Counter(old.comments) - Counter(new.comments) - gone
    for comment in lost:
        if not names_source(stage, comment):
            return f": the comment `{comment[:200]}` was lost. Keep every comment."
    return ""


def _blank_problem(old: Layout, new: Layout, gone: int) -> str:
    """An empty line may go with a line of the component moved away from, beside it."""
    if new.blank < old.blank - gone:
        return ": empty lines were removed. Do not reformat."
    return ""


def _indent_problem(old: Layout, new: Layout, changes: Changes) -> str:
    added = set(changes.added)
    removed = set(changes.removed)
    for place, there in changes.kept.items():
        here, moved = old.statements[place], new.statements[there]
        around = [changes.kept[parent] for parent in here.parents if parent not in removed]
        if around != [parent for parent in moved.parents if parent not in added]:
            return f", line {moved.first}: `{_show(moved)}` was moved into or out of a block."
        fresh = [parent for parent in moved.parents if parent in added]
        deeper = len(moved.parents) - len(here.parents)
        if deeper == 0 and here.indent != moved.indent:
            return f", line {moved.first}: only the indentation of `{_show(moved)}` was changed."
        if deeper > 0:
            for parent in fresh:
                header = new.statements[parent]
                if header.tokens[0] not in _WRAPPERS:
                    return f", line {header.first}: `{_show(header)}` now holds existing lines."
    return ""


def _restating_problem(old: Layout, new: Layout, changes: Changes, restated: Restated) -> str:
    """What a statement does beside the component moved away from has to stay."""
    pool = count_words(new, changes.added)
    for place in changes.removed:
        kept = restated.kept.get(place, frozenset())
        if lost := sorted(word for word in kept if not pool[word]):
            gone = old.statements[place]
            return (
                f": of line {gone.first} of the original, `{_show(gone)}`, something is gone that "
                f"is not the search's (missing: {', '.join(lost[:8])})."
            )
        # A name may stand once for two lines that had it; the same number there says nothing.
        pool -= Counter(word for word in kept if not word.isidentifier())
    return ""


def _removal_problem(old: Layout, new: Layout, changes: Changes, moved: frozenset[int]) -> str:
    """Every line that is gone must be there again, changed for a reason.

    Lines that use the component moved away from (`moved`) are to go.
    """
    added = [new.statements[place] for place in changes.added]
    plain = {statement.plain: statement for statement in added}
    pool: Counter[str] = Counter()
    for statement in added:
        pool.update(_WORDS.findall(statement.text))
    for place in changes.removed:
        gone = old.statements[place]
        if place in moved:
            continue
        if twin := plain.get(gone.plain):
            return f", line {twin.first}: `{_show(twin)}` was only reformatted or moved."
        words = Counter(_WORDS.findall(gone.text))
        if lost := words - pool - count_switched(gone.text):
            missing = ", ".join(list(lost)[:8])
            return (
                f": line {gone.first} of the original, `{_show(gone)}`, is gone or was rewritten "
                f"(missing: {missing}). Add lines, do not remove them."
            )
        pool -= words
    return ""


def _budget_problem(old: Layout, new: Layout, changes: Changes) -> str:
    limit = max(80, 2 * len(old.statements))
    if len(changes.added) > limit:
        return f": {len(changes.added)} lines were added, at most {limit} are sensible here."
    return ""


def _show(statement: Statement) -> str:
    return statement.text.split("\n", 1)[0][:120]
