import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.witness.channel import KEY_BYTES, Channel, key_path

READ = "import os, sys; print(len(os.read({0}, 64)))"


def ask(script: str, channel: Channel) -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-c", script.format(*channel.fds)],
        pass_fds=channel.fds,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_key_can_be_read_once_and_a_second_reader_finds_nothing(tmp_path: Path) -> None:
    with Channel(tmp_path / "t") as channel:
        assert ask(READ, channel) == str(KEY_BYTES)
        assert ask(READ, channel) == "0"


def test_the_run_can_only_add_to_the_records(tmp_path: Path) -> None:
    with Channel(tmp_path / "t") as channel:
        ask("import os; os.write({1}, b'one')", channel)
        ask("import os; os.lseek({1}, 0, 0); os.write({1}, b'two')", channel)
        with pytest.raises(subprocess.CalledProcessError):
            ask("import os; os.read({1}, 1)", channel)
    assert (tmp_path / "t").read_bytes() == b"onetwo"


def test_the_key_is_on_disk_only_after_the_run_and_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "t"
    with Channel(path):
        assert not key_path(path).exists()
    assert len(key_path(path).read_bytes()) == KEY_BYTES
    assert stat.S_IMODE(key_path(path).stat().st_mode) == 0o600


def test_a_second_run_starts_with_an_empty_file_and_another_key(tmp_path: Path) -> None:
    path = tmp_path / "t"
    with Channel(path):
        path.write_bytes(b"old")
    old = key_path(path).read_bytes()
    with Channel(path):
        assert path.read_bytes() == b""
        assert not key_path(path).exists()
    assert key_path(path).read_bytes() != old


def test_nothing_stays_open_and_nothing_is_named_after_the_run(tmp_path: Path) -> None:
    with Channel(tmp_path / "t") as channel:
        fds = channel.fds
        assert len(channel.variables) == 1
    assert channel.fds == ()
    assert channel.variables == {}
    for fd in fds:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(fd)
