"""Ending -> Attempt: which status an ending is, and the one sentence that explains it."""

import re

from sandbox.runners.spawn import Ending, Stop
from sandbox.trial import Attempt, Limits, Status, Trial

_WANTS_NETWORK = re.compile(
    r"name resolution|Name or service not known|nodename nor servname|getaddrinfo failed"
    r"|No address associated with hostname|Network is unreachable|Network unreachable"
    r"|NewConnectionError|MaxRetryError|ProxyError|gaierror|urlopen error|ConnectError"
    r"|Could not resolve host|OfflineModeIsEnabled|LocalEntryNotFoundError"
    r"|couldn't connect to 'https?://"
)
_OUT_OF_MEMORY = re.compile(
    r"^(MemoryError|numpy\.\S*MemoryError|std::bad_alloc)\b|Cannot allocate memory"
    r"|can't allocate memory|std::bad_alloc|Unable to allocate .* for an array",
    re.MULTILINE,
)
_NO_PROCESS = re.compile(
    r"BlockingIOError: \[Errno 11\]|can't start new thread|fork: retry|pthread_create failed"
    r"|Resource temporarily unavailable"
)
_LAST_BYTES = 4000


def judge_ending(trial: Trial, ending: Ending, *, oom: bool) -> Attempt:
    """The attempt that an ending is; `oom`: the kernel killed for want of memory."""
    last = ending.stderr[-_LAST_BYTES:]
    # A limit met by a refused allocation leaves no kill behind, only the error.
    refused = bool(ending.exit_code) and _OUT_OF_MEMORY.search(last) is not None
    status, detail = _name_status(trial, ending, oom=oom or refused, last=last)
    return Attempt(
        status=status,
        exit_code=ending.exit_code,
        stdout=ending.stdout,
        stderr=ending.stderr,
        folder=trial.folder,
        testimony=trial.testimony,
        cut=ending.cut,
        oom=oom or refused or ending.stop == "memory",
        seconds=ending.seconds,
        cpu_seconds=ending.cpu_seconds,
        memory_mib=ending.memory_mib,
        detail=detail,
    )


def refuse_start(trial: Trial, reason: str) -> Attempt:
    """The attempt of a command that could not be started; `reason` is a sentence."""
    return Attempt(
        status="infra_error",
        exit_code=None,
        stdout="",
        stderr="",
        folder=trial.folder,
        testimony=trial.testimony,
        detail=reason,
    )


def _name_status(trial: Trial, ending: Ending, *, oom: bool, last: str) -> tuple[Status, str]:
    limits = trial.limits
    stopped: dict[Stop, tuple[Status, str]] = {
        "timeout": (
            "timeout",
            f"The run had not ended after {limits.seconds:g} s and was stopped; "
            "allow more with --attempt-seconds.",
        ),
        "memory": ("oom", _say_memory(limits)),
        "flood": (
            "output_limit",
            f"The run wrote more than {limits.flood_mib} MiB of output and was stopped.",
        ),
        "processes": ("error", f"The run wanted more than {limits.processes} processes."),
    }
    if ending.stop:
        return stopped[ending.stop]
    if ending.exit_code is None:
        return "infra_error", f"The run could not be carried out: {ending.failure}."
    if ending.exit_code == 0:
        killed = "A process of the run was killed for want of memory, yet the run went on."
        return "ok", killed if oom else ""
    if oom:
        return "oom", _say_memory(limits)
    return "error", _explain_error(trial, last)


def _say_memory(limits: Limits) -> str:
    return (
        f"The run needed more than its {limits.memory_mib} MiB of memory and was stopped; "
        "allow more with --memory-mib."
    )


def _explain_error(trial: Trial, last: str) -> str:
    """What the limits had to do with an error, as far as its output tells; else nothing."""
    if not trial.network and (match := _WANTS_NETWORK.search(last)):
        return (
            f"The script wants the network ({_quote_line(last, match.start())}), and there is "
            "none here; pass the files it downloads with --data, or allow it with --network."
        )
    if _NO_PROCESS.search(last):
        return f"The run wanted more than {trial.limits.processes} processes or threads."
    return ""


def _quote_line(text: str, position: int) -> str:
    begin = text.rfind("\n", 0, position) + 1
    line = text[begin:].partition("\n")[0].strip()
    return line if len(line) <= 160 else f"{line[:157]}..."
