"""A distributed script is tracked once, not by each of its processes."""

from sandbox.oracles.store import Store
from sandbox.witness.testimony import Testimony

_CALLS = ("log_metric", "log_metrics", "log_batch")


def find_process_problem(store: Store, testimony: Testimony) -> str:
    """Every process of a distributed script logs what the first alone should."""
    known = {run.id for run in store.runs}
    top = {run.id for run in store.runs if run.parent not in known}
    creators = {
        sent.process for sent in testimony.sent if sent.call == "create_run" and sent.run in top
    }
    if len(top) > 1 and len(creators) > 1:
        return (
            f"{len(creators)} processes of the script logged a run each; one run is expected. Log "
            "from the first process (rank 0) only."
        )
    writers: dict[tuple[str, str, int | None], int] = {}
    for sent in testimony.sent:
        if sent.call in _CALLS and sent.value is not None:
            first = writers.setdefault((sent.run, sent.key, sent.step), sent.process)
            if first != sent.process:
                return (
                    f"`{sent.key}` was logged by more than one process at step {sent.step or 0} of "
                    "the same run. Log from the first process (rank 0) only."
                )
    return ""
