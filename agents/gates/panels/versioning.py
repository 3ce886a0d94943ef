"""Version control of data: real files, kept by DVC, that come back byte for byte."""

from collections.abc import Sequence

from agents.gates.behaviour import judge_behaviour
from agents.gates.exhibit import Exhibit, Observation
from agents.gates.lineage import made_commits
from agents.gates.panel import Panel
from agents.gates.panels.committing import judge_bare_commits, judge_commits
from agents.gates.store import light_store
from agents.gates.wanted import Group, find_missing, find_wanted
from agents.gates.witness import find_testimony_problem
from agents.gates.wording import light_gate
from agents.records import Gate, Stage
from sandbox.oracles.planting import is_code_file, is_version_file
from sandbox.oracles.store import Store, Versioned


def judge_versioned_store(exhibit: Exhibit) -> Gate:
    """Light for what the candidate's attempt put under version control."""
    stage = exhibit.stage
    if stage.target == "gitpython":
        return judge_commits(exhibit)
    # What has moved from elsewhere is held against what was there, not against the request.
    wanted = (
        find_wanted(stage.asked, exhibit.before, exhibit.baselines)
        if stage.task == "inline"
        else ()
    )
    return judge_kept_files(exhibit, wanted)


def judge_kept_files(exhibit: Exhibit, wanted: Sequence[Group]) -> Gate:
    """Light for what DVC keeps: all that is wanted, and every file of it safe and sound."""
    store = exhibit.observed.store
    if not store.unreadable and any(
        item.restored is None and item.path for item in store.versioned
    ):
        # Everything else can be seen from outside: a fault found there is one all the same.
        if problem := find_version_problem(exhibit, wanted, untried=True):
            return light_store(store, problem, count_versions(store))
        reason = "Nobody could try whether DVC restores the data: the question was not answered."
        return light_gate("store", "cannot_tell", reason, count_versions(store))
    return light_store(store, find_version_problem(exhibit, wanted), count_versions(store))


def judge_bare_versioning(stage: Stage, observation: Observation) -> Gate:
    """The negative control: the original keeps nothing with DVC that could come back."""
    store = observation.store
    if stage.target == "gitpython":
        return judge_bare_commits(stage, observation)
    problem = "" if store.versioned else "Nothing is under version control by DVC."
    for item in store.versioned:
        problem = problem or _item_problem(item, untried=True) or _commit_problem(store, item)
    return light_store(store, problem, count_versions(store))


def judge_versioning_witness(exhibit: Exhibit) -> Gate:
    """No value is logged; the records of the run must be whole all the same."""
    if problem := find_testimony_problem(exhibit.observed.testimony):
        return light_gate("witness", "fail", problem)
    reason = "Files are kept, no values are logged: the store gate compares their bytes."
    return light_gate("witness", "not_needed", reason)


def count_versions(store: Store) -> dict[str, float]:
    """Figures: outputs, the files in them, and commits made by the run."""
    return {
        "versioned": len(store.versioned),
        "files": sum(len(item.files) for item in store.versioned),
        "commits": sum(len(made_commits(repository)) for repository in store.repositories),
    }


def find_version_problem(
    exhibit: Exhibit, wanted: Sequence[Group], *, untried: bool = False
) -> str:
    """Why what DVC keeps is not what was asked for, safe and sound; empty if it is."""
    store = exhibit.observed.store
    before = {
        (item.metafile, item.path, item.digest)
        for baseline in exhibit.baselines
        for item in baseline.store.versioned
    }
    # A metafile that came with the script may speak of data that nobody has here.
    fresh = [
        item for item in store.versioned if (item.metafile, item.path, item.digest) not in before
    ]
    if not fresh:
        return "Nothing is under version control by DVC: no `.dvc` file was made."
    for item in fresh:
        problem = (
            _item_problem(item, untried=untried)
            or _commit_problem(store, item)
            or _origin_problem(exhibit, item)
        )
        if problem:
            return problem
    kept = frozenset(path for item in fresh for path, _ in item.files)
    if missing := find_missing(wanted, kept):
        return f"`{missing}` is not kept by DVC. Add it, too."
    asked = exhibit.stage.asked if exhibit.stage.task == "inline" else {}
    left = [item.path for item in fresh if not item.pushed]
    if "push" in asked and left:
        return f"`{left[0]}` was not pushed: no remote below the work folder holds it."
    return ""


def _item_problem(item: Versioned, *, untried: bool) -> str:
    back = item.restored is True or (item.restored is None and untried)
    why = f": {item.detail}" if item.detail else ""
    problems = (
        (not item.path, f"{item.detail}."),
        (not item.files, f"`{item.path}` is named in {item.metafile}, but nothing lies there."),
        (
            not item.matches,
            f"`{item.path}` has other bytes than {item.metafile} speaks of. Add it after it is "
            "written for the last time.",
        ),
        (
            not item.cached,
            f"`{item.path}` is not in DVC's cache, so that it cannot be restored{why}.",
        ),
        (
            item.tracked,
            f"`{item.path}` is in git itself. Data belongs to DVC, its metafile to git.",
        ),
        (
            not item.ignored,
            f"`{item.path}` is not ignored by git: the next commit would take it in.",
        ),
        (not back, f"`{item.path}` did not come back after it was pushed, removed and pulled."),
    )
    return next((text for found, text in problems if found), "")


def _commit_problem(store: Store, item: Versioned) -> str:
    if item.committed or not any(map(made_commits, store.repositories)):
        return ""
    return f"{item.metafile} as it is now is not in the last commit, others are."


def _origin_problem(exhibit: Exhibit, item: Versioned) -> str:
    """Data is what the original leaves, or what lay there before; anything else is made up."""
    if all(is_code_file(path) or is_version_file(path) for path, _ in item.files):
        return f"`{item.path}` is no data: code and settings belong into git."
    products = [baseline.products for baseline in exhibit.baselines]
    for path, digest in item.files:
        if path not in exhibit.observed.products:
            continue
        known = {made[path] for made in products if path in made}
        if not known:
            return f"`{path}` is none of the script's files: the original never writes it."
        # Where the original itself writes other bytes each time, or values are moved on purpose,
        # only the name can tell; with one baseline nobody knows which.
        stable = len(known) == 1 and len(products) > 1 and exhibit.proof != "nudged"
        if stable and digest not in known:
            return f"`{path}` has other bytes than the original writes."
    return ""


PANEL = Panel(
    store=judge_versioned_store,
    bare=judge_bare_versioning,
    witness=judge_versioning_witness,
    behaviour=judge_behaviour,
)
