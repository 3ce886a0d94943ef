"""The attempt ended by itself, in order, within its limits."""

import re

from agents.gates.exhibit import Exhibit
from agents.gates.wording import light_gate
from agents.records import Gate
from sandbox.trial import Attempt

MAX_TAIL = 1500

_STATUS = {
    "error": "The script failed",
    "timeout": "The script did not end within its time",
    "oom": "The script needed more memory than it may use",
    "output_limit": "The script wrote more output than it may",
}
# What libraries say on stderr in every run, good or bad.
_NOISE = re.compile(
    r"^\d{4}[/-]\d\d[/-]\d\d \d\d:\d\d:\d\d (INFO|WARNING) |Warning: |warnings\.warn\(|^\s*$"
)


def judge_runs(exhibit: Exhibit) -> Gate:
    """Light for status and exit code; the reason carries the last lines of stderr."""
    attempt = exhibit.observed.attempt
    figures = {"seconds": attempt.seconds, "memory_mib": attempt.memory_mib}
    if attempt.status == "infra_error":
        reason = f"The attempt could not be made: {attempt.detail or 'no reason is known.'}"
        return light_gate("runs", "cannot_tell", reason, figures)
    if attempt.status == "ok" and attempt.exit_code == 0 and not attempt.oom:
        return light_gate("runs", "pass", figures=figures)
    return light_gate("runs", "fail", _describe(attempt), figures)


def _describe(attempt: Attempt) -> str:
    # A child killed for its memory can leave exit code 0 behind.
    status = "oom" if attempt.oom else "error" if attempt.status == "ok" else attempt.status
    code = "" if attempt.exit_code is None else f", exit code {attempt.exit_code}"
    parts = [f"{_STATUS[status]} (status {status}{code})."]
    if attempt.detail:
        parts.append(attempt.detail)
    if tail := tail_stderr(attempt):
        parts.append(f"Last lines of stderr:\n{tail}")
    return "\n".join(parts)


def tail_stderr(attempt: Attempt) -> str:
    """The last lines of stderr that say something, without the work folder's place."""
    text = attempt.stderr.replace(f"{attempt.folder}/", "").replace("/job/", "")
    lines = [line.rstrip() for line in text.splitlines() if not _NOISE.search(line)]
    tail = "\n".join(lines)
    if len(tail) <= MAX_TAIL:
        return tail
    return tail[-MAX_TAIL:].split("\n", 1)[-1]
