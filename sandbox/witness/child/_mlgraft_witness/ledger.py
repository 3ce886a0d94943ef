"""Writes records that only this process can write, to a file it can only add to."""

import fcntl
import hmac
import itertools
import json
import os
import stat
import time
from _thread import allocate_lock

KEY_BYTES = 32
MOST_RECORDS = 200_000
MOST_OF_A_CHILD = 50_000
MOST_BYTES = 64 * 1024 * 1024
"""Of all processes together: the size of the file."""
MOST_CHILDREN = 64
MOST_GENERATIONS = 4
BLOCK_RECORDS = 100
BLOCK_SECONDS = 0.5


class Ledger:
    """What this process saw. A child gets a name, a key and a sequence of its own.

    `record(numbers, source, name, label, whole, nudged, place)` keeps one value seen: what is
    known of a site is written once, each time after that only its number.
    `record(None, kind, *fields)` is for anything else.
    """

    def __init__(self, name, key, out):
        self.out = out
        self._open(name, key)

    def _open(self, name, key):
        self._name = name
        first = b"." not in name
        self._write, self._derive, self._forget = _open_blocks(name, key, self.out)
        self._order = itertools.count()
        self._numbered = itertools.count()
        self._children = itertools.count(1)
        self._rows = []
        self._sites = {}
        self._room = MOST_RECORDS if first else MOST_OF_A_CHILD
        # A worker of a pool is ended without a word: its first records do not wait for more.
        self._eager = 0 if first else BLOCK_RECORDS
        self._last = time.monotonic()
        self._alive = True
        self._rows.append(("start", next(self._order)))
        self._flush(True)

    def _flush(self, wait):
        written = self._write(self._rows, wait)
        self._last = time.monotonic()
        return written

    def record(self, numbers, *fields):
        """Keep one record."""
        # Probes are few, bounded where they are made, and told last: there is always room.
        probe = numbers is None and fields[0] == "probe"
        if not self._alive or not (self._room or probe):
            return
        rows = self._rows
        self._room -= not probe
        if not probe and not self._room:
            numbers, fields = None, ("truncated",)
        if numbers is None:
            rows.append((fields[0], next(self._order), *fields[1:]))
        else:
            site = self._sites.get(fields)
            if site is None:
                # Written before another thread can refer to it; twice does no harm.
                site = next(self._numbered)
                rows.append(("site", site, *fields[:-1], *fields[-1]))
                self._sites[fields] = site
            rows.append((next(self._order), site, *numbers))
        full = len(rows) >= BLOCK_RECORDS or time.monotonic() - self._last > BLOCK_SECONDS
        if full or self._eager:
            self._eager -= self._eager > 0
            self._flush(False)
            if full and self._room > 1 and _size(self.out) > MOST_BYTES:
                self._room = 1

    def finish(self):
        """Say that the process ended in an orderly way."""
        if self._alive:
            self._alive = False
            self._rows.append(("end", next(self._order)))
            self._flush(True)

    def announce(self):
        """(name, key) of one more process, once it is on record that it may speak; or None."""
        if not self._alive or self._name.count(b".") >= MOST_GENERATIONS:
            return None
        number = next(self._children)
        if number > MOST_CHILDREN:
            return None
        child = b"%s.%d" % (self._name, number)
        key = self._derive(child)
        self._rows.append(("child", next(self._order), number))
        return (child, key) if key and self._flush(True) else None

    def become(self, heir):
        """In a forked process: go on as the child that was announced; as nobody if none was."""
        self._alive = False
        self._forget()
        if heir is not None:
            self._open(*heir)


def open_ledger(door):
    """(ledger, work folder) from the descriptors that `door` names; None where they are not ours.

    The first process of a run is told two descriptors; a child its name and the work folder too.
    """
    words = door.split(":", 3)
    key, out = _take_descriptors(words[:2])
    if len(key) != KEY_BYTES:
        if out >= 0:
            os.close(out)
        return None
    first = len(words) < 4
    name = b"%d" % os.getpid() if first else words[2].encode()
    return Ledger(name, key, out), os.getcwd() if first else words[3]


def _open_blocks(name, key, out):
    """(write, derive, forget): write(rows, wait) empties the list into coded lines."""
    numbers = itertools.count()
    lock = allocate_lock()

    def write(rows, wait):
        # Never waits inside the program: a finaliser may come here while this thread writes.
        if not (lock.acquire(True, 2.0) if wait else lock.acquire(False)):
            return False
        try:
            while rows and key:
                block = rows[: BLOCK_RECORDS * 4]
                del rows[: len(block)]
                body = json.dumps(block, separators=(",", ":")).encode()
                head = b"%s:%d:" % (name, next(numbers))
                code = hmac.digest(key, head + body, "sha256").hex()[:32].encode()
                line = code + b" " + head + body + b"\n"
                while line:
                    line = line[os.write(out, line) :]
        except OSError:
            # The disk is full, or somebody closed the file: the host sees that the end is missing.
            forget()
        finally:
            lock.release()
        return bool(key)

    def derive(child):
        # No record begins like this, so that no code of a record tells a piece of a key.
        return hmac.digest(key, b"child " + child, "sha256") if key else b""

    def forget():
        nonlocal key
        key = b""

    return write, derive, forget


def _size(out):
    try:
        return os.fstat(out).st_size
    except OSError:
        return 0


def _take_descriptors(words):
    try:
        reading, writing = (int(word) for word in words)
        # Numbers may have been reused since they were named: only a pipe and a file are ours.
        if not stat.S_ISFIFO(os.fstat(reading).st_mode):
            return b"", -1
        if not stat.S_ISREG(os.fstat(writing).st_mode):
            return b"", -1
        key = os.read(reading, KEY_BYTES)
        os.close(reading)
        out = _move_away(writing)
    except (OSError, ValueError):
        return b"", -1
    return key, out


def _move_away(fd):
    """Another number for the same file, high up and not inherited by anything started later."""
    try:
        moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 600)
    except OSError:
        # Fewer than 600 files may be open.
        moved = os.dup(fd)
    os.close(fd)
    return moved
