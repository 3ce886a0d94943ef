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
MOST_BYTES = 64 * 1024 * 1024
BLOCK_RECORDS = 100
BLOCK_SECONDS = 0.5


def open_ledger(door):
    """Take over the descriptors that `door` names: (record, finish, silence), or None.

    `record` keeps one record; `finish()` says that the process ended in an orderly way;
    `silence()` is for a forked child, which is not the process that was asked.

    `record(numbers, source, name, label, whole, nudged, place)` is for values seen: what is known
    of a site is written once, each time after that only its number.
    `record(None, kind, *fields)` is for anything else.
    """
    key, out = _take_descriptors(door)
    if len(key) != KEY_BYTES:
        if out >= 0:
            os.close(out)
        return None
    write, forget = _open_blocks(key, out)
    del key
    order = itertools.count()
    rows, sites = [], {}
    numbered = itertools.count()
    room = MOST_RECORDS
    written = 0
    last = time.monotonic()
    alive = True

    def flush(wait):
        nonlocal written, last
        written += write(rows, wait)
        last = time.monotonic()

    def record(numbers, *fields):
        nonlocal room
        # Probes are few, bounded where they are made, and told last: there is always room.
        probe = numbers is None and fields[0] == "probe"
        if not alive or not (room or probe):
            return
        room -= not probe
        if not probe and (not room or written > MOST_BYTES):
            room = 0
            numbers, fields = None, ("truncated",)
        if numbers is None:
            rows.append((fields[0], next(order), *fields[1:]))
        else:
            site = sites.get(fields)
            if site is None:
                # Written before another thread can refer to it; twice does no harm.
                site = next(numbered)
                rows.append(("site", site, *fields[:-1], *fields[-1]))
                sites[fields] = site
            rows.append((next(order), site, *numbers))
        if len(rows) >= BLOCK_RECORDS or time.monotonic() - last > BLOCK_SECONDS:
            flush(False)

    def finish():
        nonlocal alive
        if alive:
            alive = False
            rows.append(("end", next(order)))
            flush(True)

    def silence():
        nonlocal alive
        alive = False
        del rows[:]
        forget()

    rows.append(("start", next(order)))
    flush(True)
    return record, finish, silence


def _open_blocks(key, out):
    """(write, forget): write(rows, wait) empties the list into coded lines, returns their bytes."""
    pid = os.getpid()
    numbers = itertools.count()
    lock = allocate_lock()

    def write(rows, wait):
        # Never waits inside the program: a finaliser may come here while this thread writes.
        if not (lock.acquire(True, 2.0) if wait else lock.acquire(False)):
            return 0
        total = 0
        try:
            while rows and key:
                block = rows[: BLOCK_RECORDS * 4]
                del rows[: len(block)]
                body = json.dumps(block, separators=(",", ":")).encode()
                head = b"%d:%d:" % (pid, next(numbers))
                code = hmac.digest(key, head + body, "sha256").hex()[:32].encode()
                line = code + b" " + head + body + b"\n"
                total += len(line)
                while line:
                    line = line[os.write(out, line) :]
        except OSError:
            # The disk is full, or somebody closed the file: the host sees that the end is missing.
            forget()
        finally:
            lock.release()
        return total

    def forget():
        nonlocal key
        key = b""

    return write, forget


def _take_descriptors(door):
    try:
        reading, writing = (int(word) for word in door.split(":"))
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
