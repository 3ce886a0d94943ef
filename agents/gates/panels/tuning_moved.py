"""A search that moves from Hyperopt to Optuna: the same space, as many trials, the same aim.

Two samplers draw other values, so no trial is compared with another. What must be the same is what
was drawn from, how often, and what was measured with it.
"""

from collections.abc import Mapping, Sequence

from agents.gates.exhibit import Exhibit
from agents.gates.losses import find_aim, read_measured
from agents.gates.objectives import list_own_sightings
from agents.gates.panel import Panel
from agents.gates.panels.translation import Move
from agents.gates.panels.tuning import (
    count_trials,
    find_objective_problem,
    find_parameter_problem,
    find_tuning_problem,
    judge_bare_tuning,
)
from agents.gates.searched import judge_searched_behaviour
from agents.gates.spaces import find_aliases, find_space_problem, find_whole, show_range
from agents.gates.store import light_store
from agents.gates.suggestions import list_names
from agents.gates.trials import choose_studies, judge_tuning_witness
from agents.gates.wording import light_gate
from agents.records import Gate
from sandbox.oracles.store import Range, Study

UNCOMPARED = "Two samplers draw other values: spaces, counts and aims are compared, no draws."


def judge_moved_study(exhibit: Exhibit) -> Gate:
    """Light for the target's studies: really run, and with the aim that the search had."""
    store = exhibit.observed.store
    figures = count_trials(store)
    if store.unreadable:
        return light_store(store, "", figures)
    studies = choose_studies(store)
    if problem := find_tuning_problem(exhibit, (_added_problem, find_parameter_problem)):
        return light_store(store, problem, figures)
    olds = _list_searches(exhibit)
    if _varies(olds):
        for study in studies:
            if problem := find_objective_problem(exhibit, study):
                return light_store(store, problem, figures)
    # A fault that can be seen outweighs an aim that cannot.
    if problem := compare_studies(exhibit):
        return light_store(store, problem, figures)
    return _judge_aim(exhibit, olds, studies, figures)


def _judge_aim(
    exhibit: Exhibit, olds: Sequence[Study], studies: Sequence[Study], figures: Mapping[str, float]
) -> Gate:
    own = list_own_sightings(exhibit)
    seen = exhibit.baselines[0].testimony.sightings
    for old, study in zip(olds, studies, strict=False):
        if len(study.directions) != 1:
            reason = f"The study has {len(study.directions)} objectives; Hyperopt minimized one."
            return light_gate("store", "fail", reason, figures)
        aim = find_aim(read_measured(seen, (old,)), read_measured(own, (study,)))
        if aim.other:
            reason = (
                f"The trials come to what `{aim.other}` measures; the original's loss is made of "
                f"`{aim.measure}`."
            )
            return light_gate("store", "fail", reason, figures)
        if not aim.direction:
            reason = (
                "No measured value was found of which both the original's loss and the trials' "
                "values are made: whether the direction is right cannot be told."
            )
            return light_gate("store", "cannot_tell", reason, figures)
        if study.directions[0] != aim.direction:
            reason = (
                f"The study is to {study.directions[0]} what `{aim.measure}` comes to. As its "
                f"trials return it, that is the opposite of the original: {aim.direction} it."
            )
            return light_gate("store", "fail", reason, figures)
    return light_gate("store", "pass", UNCOMPARED, figures)


def _added_problem(exhibit: Exhibit, study: Study) -> str:
    if any(trial.state == "ADDED" for trial in study.trials):
        return "A trial was added with a value of its own instead of being run."
    return ""


def _list_searches(exhibit: Exhibit) -> tuple[Study, ...]:
    source = exhibit.baselines[0].source if exhibit.baselines else None
    return choose_studies(source) if source else ()


def _varies(studies: Sequence[Study]) -> bool:
    return all(len({trial.values for trial in study.complete}) > 1 for study in studies)


def compare_studies(exhibit: Exhibit) -> str:
    """The first difference between the original's searches and the studies; empty if none."""
    olds = _list_searches(exhibit)
    news = choose_studies(exhibit.observed.store)
    if len(olds) != len(news):
        return f"The original searches {len(olds)} times, the adapted script {len(news)} times."
    again = exhibit.baselines[-1].source
    seconds = choose_studies(again) if again else ()
    for place, (old, new) in enumerate(zip(olds, news, strict=True)):
        counts = [len(old.trials)] + [len(seconds[place].trials)] * (place < len(seconds))
        if problem := _count_problem(exhibit, counts, old, new) or _space_problem(
            exhibit, old, new
        ):
            return problem
    return ""


def _count_problem(exhibit: Exhibit, counts: Sequence[int], old: Study, new: Study) -> str:
    """As many trials; where the original stops by a clock of its own, no fewer than it ever had."""
    asked = exhibit.stage.asked.get("trials", "")
    wanted = int(asked) if asked.isdigit() else min(counts)
    ended = [trial for trial in new.trials if trial.state in ("COMPLETE", "PRUNED", "FAIL")]
    if len(ended) < wanted:
        return f"The original evaluates {wanted} times, the study has {len(ended)} trials."
    failed = len(old.trials) - len(old.complete)
    if not failed and len(new.complete) < wanted:
        return (
            f"Of {len(ended)} trials {len(new.complete)} came to a value; every evaluation of the "
            "original does."
        )
    if not asked and len(set(counts)) == 1 and len(ended) > wanted:
        return f"The original evaluates {wanted} times, the study has {len(ended)} trials."
    return ""


def _space_problem(exhibit: Exhibit, old: Study, new: Study) -> str:
    aliases = find_aliases(exhibit.before)
    whole = find_whole(exhibit.before)
    mine: Mapping[str, Range] = old.ranges
    theirs: Mapping[str, Range] = new.ranges
    named = list_names(exhibit.after)
    taken: set[str] = set()
    for label, space in mine.items():
        names = (label, aliases.get(label, label))
        name = next((one for one in names if one in theirs), "")
        taken |= {name, *names}
        if not name:
            # A branch that no trial happened to take is in the text all the same.
            if any(one in named for one in names):
                continue
            return f"`{label[:80]}` was searched over {show_range(space)}; no trial suggests it."
        problem = find_space_problem(name, space, theirs[name], whole=whole >= {label})
        if problem:
            return problem
    if extra := sorted(set(theirs) - taken):
        return f"`{extra[0][:80]}` is tuned now; the original does not search over it."
    return ""


MOVE = Move(
    panel=Panel(
        store=judge_moved_study,
        bare=judge_bare_tuning,
        witness=judge_tuning_witness,
        behaviour=judge_searched_behaviour,
    ),
    compare=compare_studies,
)
