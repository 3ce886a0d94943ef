"""Python processes that a witnessed one starts."""

import sys
from pathlib import Path

import pytest

from tests.sandbox.witness.witnessed import Ran, run_witnessed

pytestmark = pytest.mark.process

HALF = "import os, subprocess, sys\ndef f(x):\n    return x / 2\n"


def seen_by_process(ran: Ran, function: str = "x / 2") -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for seen in ran.testimony.sightings:
        if seen.function == function:
            found.setdefault(seen.process, []).append(seen.values[0])
    return found


def check_sound(ran: Ran) -> None:
    assert ran.code == 0, ran.stderr
    assert ran.testimony.complete
    assert ran.testimony.forged == 0


def test_a_started_python_is_seen_as_a_process_of_its_own(tmp_path: Path) -> None:
    text = HALF + (
        "if len(sys.argv) == 1:\n"
        "    f(3)\n"
        "    subprocess.run([sys.executable, '-u', __file__, 'again'], check=True)\n"
        "else:\n"
        "    f(5)\n"
    )
    ran = run_witnessed(tmp_path, text)
    check_sound(ran)
    assert seen_by_process(ran) == {0: [1.5], 1: [2.5]}
    assert (ran.testimony.children, ran.testimony.broken) == (1, 0)


@pytest.mark.parametrize("leave", ["sys.exit()", "os._exit(0)"])
def test_a_forked_process_is_seen_and_does_not_speak_for_its_parent(
    tmp_path: Path, leave: str
) -> None:
    text = HALF + (
        "f(1)\n"
        "pid = os.fork()\n"
        "if not pid:\n"
        "    f(3)\n"
        "    again = os.fork()\n"
        "    if again:\n"
        "        os.waitpid(again, 0)\n"
        "    else:\n"
        "        f(9)\n"
        f"    {leave}\n"
        "os.waitpid(pid, 0)\n"
        "f(5)\n"
    )
    ran = run_witnessed(tmp_path, text)
    check_sound(ran)
    assert seen_by_process(ran) == {0: [0.5, 2.5], 1: [1.5], 2: [4.5]}
    assert ran.testimony.broken == 0


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_processes_of_multiprocessing_are_seen_whatever_their_method(
    tmp_path: Path, method: str
) -> None:
    text = (
        "import multiprocessing\n"
        "def work(rank):\n"
        "    loss = (rank + 1) / 4\n"
        "    print('loss', loss)\n"
        "if __name__ == '__main__':\n"
        f"    context = multiprocessing.get_context({method!r})\n"
        "    all = [context.Process(target=work, args=(rank,)) for rank in range(2)]\n"
        "    for one in all:\n"
        "        one.start()\n"
        "        one.join()\n"
        "        assert one.exitcode == 0\n"
    )
    ran = run_witnessed(tmp_path, text)
    check_sound(ran)
    assert seen_by_process(ran, "(rank + 1) / 4") == {1: [0.25], 2: [0.5]}
    assert ran.testimony.broken == 0


def test_what_a_worker_of_a_pool_saw_is_kept_though_it_is_ended_by_a_signal(
    tmp_path: Path,
) -> None:
    text = (
        "import multiprocessing\n"
        "def work(x):\n"
        "    score = x / 4\n"
        "    print(score)\n"
        "    return score\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(2) as pool:\n"
        "        pool.map(work, [1, 2, 3], chunksize=1)\n"
    )
    ran = run_witnessed(tmp_path, text)
    check_sound(ran)
    seen = seen_by_process(ran, "x / 4")
    assert sorted(value for found in seen.values() for value in found) == [0.25, 0.5, 0.75]


def test_a_killed_child_does_not_spoil_what_the_first_process_says(tmp_path: Path) -> None:
    text = HALF + (
        "pid = os.fork()\n"
        "if not pid:\n"
        "    f(3)\n"
        "    os.kill(os.getpid(), 9)\n"
        "os.waitpid(pid, 0)\n"
        "f(5)\n"
    )
    ran = run_witnessed(tmp_path, text)
    check_sound(ran)
    assert seen_by_process(ran) == {0: [2.5], 1: [1.5]}
    assert ran.testimony.broken == 1


def test_workers_that_load_data_stay_silent(tmp_path: Path) -> None:
    loader = tmp_path / "library" / "torch" / "utils" / "data"
    loader.mkdir(parents=True)
    for folder in (loader, loader.parent, loader.parent.parent):
        (folder / "__init__.py").write_text("")
    (loader / "dataloader.py").write_text(
        "import multiprocessing\n"
        "def load(work, method):\n"
        "    worker = multiprocessing.get_context(method).Process(target=work, args=(3,))\n"
        "    worker.start()\n"
        "    worker.join()\n"
    )
    text = (
        "from torch.utils.data.dataloader import load\n"
        "def f(x):\n    return x / 2\n"
        "if __name__ == '__main__':\n"
        "    for method in ('fork', 'spawn'):\n"
        "        load(f, method)\n"
        "    f(5)\n"
    )
    ran = run_witnessed(tmp_path, text, library=tmp_path / "library")
    check_sound(ran)
    assert seen_by_process(ran) == {0: [2.5]}
    assert ran.testimony.children == 0


def test_a_child_moves_values_and_starts_its_generators_as_its_parent(tmp_path: Path) -> None:
    text = (
        "import random, subprocess, sys\n"
        "acc = len(sys.argv) / 4\n"
        "print(acc, random.random(), flush=True)\n"
        "if len(sys.argv) == 1:\n"
        "    subprocess.run([sys.executable, __file__, 'x', 'y', 'z'], check=True)\n"
    )
    ran = run_witnessed(tmp_path, text, nudge=True, seed=3)
    check_sound(ran)
    (mine, first), (theirs, second) = map(str.split, ran.stdout.splitlines())
    assert 2**-7 <= 1 - float(mine) / 0.25 <= 2**-6
    assert 2**-7 <= 1 - float(theirs) <= 2**-6
    assert first == second


def test_a_process_that_would_not_load_the_witness_gets_no_key(tmp_path: Path) -> None:
    look = "import os; print(*(os.path.basename(n) for n in os.listdir('/proc/self/fd')))"
    strange = tmp_path / "python"
    strange.write_text("#!/bin/sh\nls /proc/self/fd | tr '\\n' ' '\n")
    strange.chmod(0o700)
    text = (
        "import os, subprocess, sys\n"
        f"look = {look!r}\n"
        "bare = {k: v for k, v in os.environ.items() if k != 'PYTHONPATH'}\n"
        "for command, env in (\n"
        "    ([sys.executable, '-I', '-c', look], None),\n"
        "    ([sys.executable, '-uSc', look], None),\n"
        "    ([sys.executable, '-c', look], bare),\n"
        f"    ([{str(strange)!r}], None),\n"
        "):\n"
        "    done = subprocess.run(command, env=env, capture_output=True, text=True)\n"
        "    sys.stdout.write(str(max(map(int, done.stdout.split()))) + chr(10))\n"
    )
    ran = run_witnessed(tmp_path, text)
    check_sound(ran)
    # The standard three, and the one that the listing itself holds.
    assert set(ran.stdout.split()) == {"3"}
    assert ran.testimony.children == 0


def test_a_child_finds_no_trace_of_the_witness(tmp_path: Path) -> None:
    text = (
        "import os, subprocess, sys\n"
        "if len(sys.argv) == 1:\n"
        "    subprocess.run([sys.executable, __file__, 'again'], check=True)\n"
        "else:\n"
        "    names = [n for n in (*os.environ, *sys.modules) if 'mlgraft' in n or 'STREAM' in n]\n"
        "    paths = [p for p in sys.path if p.endswith('witness/child')]\n"
        "    low = [n for n in map(int, os.listdir('/proc/self/fd')) if 2 < n < 500]\n"
        "    sys.stdout.write(repr([names, paths, len(low)]))\n"
    )
    ran = run_witnessed(tmp_path, text)
    check_sound(ran)
    assert ran.stdout == "[[], [], 1]"


def test_a_child_that_writes_records_of_its_own_is_found_out(tmp_path: Path) -> None:
    row = b"0" * 32 + b' 7.1:1:[["site",0,"library","f","",false,false,"t",1],[1,0,0.9]]\n'
    text = (
        "import os\n"
        "pid = os.fork()\n"
        "if not pid:\n"
        "    for fd in range(3, 1024):\n"
        f"        try:\n            os.write(fd, {row!r})\n"
        "        except OSError:\n            pass\n"
        "    os._exit(0)\n"
        "os.waitpid(pid, 0)\n"
    )
    ran = run_witnessed(tmp_path, text)
    assert ran.testimony.forged == 1
    assert ran.values_of("f") == ()


def test_more_children_than_the_bound_run_unseen(tmp_path: Path) -> None:
    text = HALF + (
        "for _ in range(70):\n"
        "    pid = os.fork()\n"
        "    if not pid:\n"
        "        f(3)\n"
        "        os._exit(0)\n"
        "    os.waitpid(pid, 0)\n"
        "f(5)\n"
    )
    ran = run_witnessed(tmp_path, text)
    check_sound(ran)
    assert ran.testimony.children == 64
    assert max(seen_by_process(ran)) == 64


@pytest.mark.skipif(sys.version_info < (3, 8), reason="no fork hooks")
def test_lines_of_two_processes_are_never_mixed(tmp_path: Path) -> None:
    text = (
        "import os\n"
        "pid = os.fork()\n"
        "for number in range(2000):\n"
        "    print('child' if not pid else 'parent', number)\n"
        "if pid:\n"
        "    os.waitpid(pid, 0)\n"
    )
    ran = run_witnessed(tmp_path, text, variables={"PYTHONUNBUFFERED": "1"})
    check_sound(ran)
    wanted = sorted(f"{who} {n}" for who in ("child", "parent") for n in range(2000))
    assert sorted(ran.stdout.splitlines()) == wanted
