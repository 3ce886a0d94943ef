"""Finds the line of the user's own files that a call came from."""

import os
import sys

_MISSING = object()
_FRAMES = 40
_DEEPEST = 400


def open_callers(cwd, own):
    """Three functions (depth) -> (file relative to cwd, line), or None if a library called.

    The first looks through frames of the tracking component and of the witness: autologging
    wraps the very functions that the witness wraps. The second takes the caller as it is. The
    third looks through every library, for the nearest line of the user's that is running.
    """
    root = os.path.join(os.path.realpath(cwd), "")
    plain_root = os.path.join(os.path.abspath(cwd), "")
    cache = {}
    getframe = sys._getframe  # noqa: SLF001 - the only way to a caller

    def place(filename):
        if filename.startswith("<"):
            return None
        path = os.path.abspath(os.path.join(root, filename))
        if path.startswith(own) or _is_seen_through(path):
            return ""
        if "site-packages" in path or "dist-packages" in path:
            return None
        for folder in (root, plain_root):
            if path.startswith(folder):
                return path[len(folder) :].replace(os.sep, "/")
        return None

    def find_caller(depth):
        frame = getframe(depth + 1)
        for _ in range(_FRAMES):
            if frame is None:
                return None
            filename = frame.f_code.co_filename
            found = cache.get(filename, _MISSING)
            if found is _MISSING:
                found = cache[filename] = place(filename)
            if found:
                return found, frame.f_lineno
            if found is None:
                return None
            frame = frame.f_back
        return None

    # (code's id, offset of the call) -> its place. Finding a line anew takes the longer the
    # further down in a function it is, and a loss is read in every iteration.
    known = {}
    codes = []

    def find_direct(depth):
        frame = getframe(depth + 1)
        code = frame.f_code
        key = (id(code), frame.f_lasti)
        found = known.get(key, _MISSING)
        if found is _MISSING:
            relative = place(code.co_filename)
            found = known[key] = (relative, frame.f_lineno) if relative else None
            # Kept alive, so that the id stays its own.
            codes.append(code)
        return found

    def find_outer(depth):
        frame = getframe(depth + 1)
        for _ in range(_DEEPEST):
            if frame is None:
                return None
            filename = frame.f_code.co_filename
            found = cache.get(filename, _MISSING)
            if found is _MISSING:
                found = cache[filename] = place(filename)
            if found:
                return found, frame.f_lineno
            frame = frame.f_back
        return None

    return find_caller, find_direct, find_outer


def _is_seen_through(path):
    parts = path.replace(os.sep, "/")
    if "/site-packages/mlflow/" in parts or "/dist-packages/mlflow/" in parts:
        return True
    return parts.endswith(("/functools.py", "/contextlib.py", "/torch/utils/_contextlib.py"))
