"""Hands the witness on to Python processes that this one starts, each with a key of its own.

A process may speak only after its parent has put on record that it may. The key goes through a
pipe that only the child inherits and that its witness empties before any code of the user's.
"""

import os
import sys
from _thread import _local
from contextlib import suppress

try:
    import _posixsubprocess
except ImportError:
    _posixsubprocess = None

DOOR_VARIABLE = "_SITE_STREAM"
MODE_VARIABLE = "_SITE_STREAM_MODE"

_SILENT_FRAMES = (
    "/torch/utils/data/dataloader.py",
    "/torch/_inductor/async_compile.py",
    "/torch/_inductor/compile_worker/subproc_pool.py",
    "/multiprocessing/resource_tracker.py",
)
"""Whoever is started from here loads data or compiles, many times over, and measures nothing."""
_SILENT_WORDS = ("resource_tracker", "compile_worker")
_DEAF_FLAGS = frozenset("IES")
"""With one of these Python does not load the witness, and the key would lie open."""
_FRAMES = 60


def follow_processes(ledger, mode, folder, work):
    """Wrap how processes are started; `folder` is the witness's place on the import path."""
    state = _State()
    if _posixsubprocess is not None:
        open_door = _prepare_door(ledger, mode, folder, work)
        wrapped = _wrap_starting(_posixsubprocess.fork_exec, open_door, state)
        _posixsubprocess.fork_exec = wrapped
        ready = sys.modules.get("subprocess")
        if hasattr(ready, "_fork_exec"):
            ready._fork_exec = wrapped  # noqa: SLF001 - its own name for the same function
    if hasattr(os, "register_at_fork"):
        _follow_forks(ledger, state)


def _prepare_door(ledger, mode, folder, work):
    program = os.path.realpath(sys.executable or "")
    told_mode = b"%s=%s" % (MODE_VARIABLE.encode(), mode.encode())

    def open_door(args):
        """(pipe with the key, arguments that hand it over), or None: this one is not to speak."""
        command, programs, _, keep, _, environment = args[:6]
        if not _is_listening(command, programs, program) or _is_silent():
            return None
        if environment is None:
            environment = [name + b"=" + value for name, value in os.environb.items()]
        path = [entry for entry in environment if entry.startswith(b"PYTHONPATH=")]
        first = path[0][len("PYTHONPATH=") :].split(b":")[0] if path else b""
        if os.path.realpath(os.fsdecode(first) or "/") != os.path.realpath(folder):
            return None
        heir = ledger.announce()
        if heir is None:
            return None
        name, key = heir
        reading, writing = os.pipe()
        os.write(writing, key)
        os.close(writing)
        place = (DOOR_VARIABLE.encode(), reading, ledger.out, name, os.fsencode(work))
        told = [*environment, b"%s=%d:%d:%s:%s" % place, told_mode]
        kept = tuple(sorted({*keep, reading, ledger.out}))
        return reading, (*args[:3], kept, args[4], told, *args[6:])

    return open_door


def _wrap_starting(original, open_door, state):
    def fork_exec(*args):
        door = None
        # Whatever goes wrong here, the program starts its process all the same.
        with suppress(Exception):
            door = open_door(args)
        state.starting = True
        try:
            return original(*args) if door is None else original(*door[1])
        finally:
            state.starting = False
            if door is not None:
                os.close(door[0])

    return fork_exec


def _follow_forks(ledger, state):
    def before_fork():
        state.heir = None
        with suppress(Exception):
            if not state.starting and not _is_silent():
                state.heir = ledger.announce()

    def after_fork():
        heir, state.heir = state.heir, None
        with suppress(Exception):
            ledger.become(heir)
            if heir is not None:
                os._exit = _wrap_exit(os._exit, ledger)

    def forget_heir():
        state.heir = None

    os.register_at_fork(before=before_fork, after_in_child=after_fork, after_in_parent=forget_heir)


class _State(_local):
    """What this thread is doing."""

    heir = None
    starting = False


def _is_listening(command, programs, program):
    """The command is this very Python, and will load the witness."""
    found = next((path for path in programs if os.access(path, os.X_OK)), b"")
    if os.path.realpath(os.fsdecode(found)) != program:
        return False
    words = [os.fsdecode(word) for word in command[1:]]
    if any(silent in word for word in words[:4] for silent in _SILENT_WORDS):
        return False
    for word in words:
        if not word.startswith("-") or word.startswith("--"):
            break
        flags = word[1:].split("c")[0].split("m")[0].split("X")[0].split("W")[0]
        if _DEAF_FLAGS.intersection(flags):
            return False
        if flags != word[1:]:
            break
    return True


def _is_silent():
    frame = sys._getframe(1)  # noqa: SLF001 - the only way to a caller
    for _ in range(_FRAMES):
        if frame is None:
            return False
        if frame.f_code.co_filename.replace(os.sep, "/").endswith(_SILENT_FRAMES):
            return True
        frame = frame.f_back
    return False


def _wrap_exit(original, ledger):
    def _exit(*args, **kwargs):
        # No handler for the end of a program runs in a process that ends like this.
        with suppress(Exception):
            ledger.finish()
        original(*args, **kwargs)

    return _exit
