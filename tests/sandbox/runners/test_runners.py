"""What both runners promise, tried with real processes."""

import asyncio
import os
import sys
import uuid
from pathlib import Path

import pytest

from sandbox.runner import Runner
from sandbox.trial import Limits, Mount
from tests.sandbox.runners.running import (
    RUNNERS,
    find_marked,
    make_trial,
    open_runner,
    wait_until_gone,
)

pytestmark = pytest.mark.process

SLEEPER = "import sys, time, signal; signal.signal(15, signal.SIG_IGN); time.sleep(60)"


@pytest.fixture(params=RUNNERS)
def runner(request: pytest.FixtureRequest) -> Runner:
    return open_runner(request.param)


@pytest.fixture
def mark() -> str:
    return f"mark-{uuid.uuid4().hex}"


async def test_the_exit_code_is_the_scripts_own(runner: Runner, tmp_path: Path) -> None:
    code = "import os; os.write(1, b'a\\xff\\xfe\\x00b'); raise SystemExit(3)"
    attempt = await runner.run(make_trial(tmp_path, code))
    assert (attempt.status, attempt.exit_code) == ("error", 3)
    assert attempt.stdout == "a\ufffd\ufffd\x00b"
    assert attempt.folder == tmp_path / "work"


async def test_a_signal_is_told_as_a_shell_tells_it(runner: Runner, tmp_path: Path) -> None:
    attempt = await runner.run(make_trial(tmp_path, "import os; os.kill(os.getpid(), 11)"))
    assert (attempt.status, attempt.exit_code) == ("error", 139)


async def test_relative_paths_are_those_of_the_host(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "extra").mkdir()
    trial = make_trial(
        Path(),
        "import sys; print(sys.path[1])",
        python=Path(os.path.relpath(sys.executable)),
        import_path=(Path("extra"),),
    )
    assert (await runner.run(trial)).stdout == f"{tmp_path / 'extra'}\n"


async def test_a_missing_interpreter_is_not_the_scripts_fault(
    runner: Runner, tmp_path: Path
) -> None:
    attempt = await runner.run(make_trial(tmp_path, "", python=tmp_path / "no" / "python"))
    assert (attempt.status, attempt.exit_code) == ("infra_error", None)
    assert "no/python" in attempt.detail


async def test_an_unknown_command_is_named(runner: Runner, tmp_path: Path) -> None:
    attempt = await runner.run(make_trial(tmp_path, "", command=("no-such-command",)))
    assert (attempt.status, attempt.exit_code) == ("infra_error", None)
    assert "No such file" in attempt.detail


async def test_a_run_without_end_is_stopped_with_all_it_started(
    runner: Runner, tmp_path: Path, mark: str
) -> None:
    code = f"""
import subprocess, sys, time
for own_session in (False, True):
    subprocess.Popen([sys.executable, "-c", {SLEEPER!r}, {mark!r}], start_new_session=own_session)
print("started")
while True:
    time.sleep(1)
"""
    attempt = await runner.run(make_trial(tmp_path, code, limits=Limits(seconds=0.8)))
    assert (attempt.status, attempt.exit_code) == ("timeout", None)
    assert "0.8 s" in attempt.detail
    assert attempt.stdout == "started\n"
    assert find_marked(mark) == []


async def test_a_daemon_does_not_outlive_a_run_that_succeeds(
    runner: Runner, tmp_path: Path, mark: str
) -> None:
    code = f"""
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(3):
            os.close(fd)
        os.execve(sys.executable, ["python", "-c", {SLEEPER!r}, {mark!r}], {{}})
    os._exit(0)
os.wait()
print("done")
"""
    attempt = await runner.run(make_trial(tmp_path, code))
    assert (attempt.status, attempt.stdout) == ("ok", "done\n")
    assert find_marked(mark) == []


async def test_a_cancelled_attempt_leaves_no_process(
    runner: Runner, tmp_path: Path, mark: str
) -> None:
    trial = make_trial(tmp_path, SLEEPER, command=("python", "script.py", mark))
    task = asyncio.create_task(runner.run(trial))
    while not find_marked(mark):
        assert not task.done()
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert find_marked(mark) == []


async def test_nothing_survives_the_host_being_killed(
    runner: Runner, tmp_path: Path, mark: str
) -> None:
    trial = make_trial(tmp_path, SLEEPER)
    code = f"""
import asyncio
from pathlib import Path
from sandbox.runners.{runner.name} import {type(runner).__name__} as Any
from sandbox.trial import Trial
command = ("python", "script.py", {mark!r})
trial = Trial(command=command, folder=Path({str(trial.folder)!r}), python=Path({sys.executable!r}))
asyncio.run(Any().run(trial))
"""
    root = Path(__file__).parents[3]
    (tmp_path / "temporary").mkdir()
    variables = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    host = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=root, env=variables)
    while not find_marked(mark):
        assert host.returncode is None
        await asyncio.sleep(0.02)
    host.kill()
    await host.wait()
    assert wait_until_gone(mark)
    for _ in range(100):
        if not os.listdir(tmp_path / "temporary"):
            break
        await asyncio.sleep(0.03)
    assert os.listdir(tmp_path / "temporary") == []


async def test_a_flood_of_output_is_cut_and_stopped(runner: Runner, tmp_path: Path) -> None:
    code = "import sys\nprint('first')\nwhile True: sys.stdout.write('x' * 99 + '\\n')"
    limits = Limits(seconds=20, output_kib=4, flood_mib=1)
    attempt = await runner.run(make_trial(tmp_path, code, limits=limits))
    assert (attempt.status, attempt.cut) == ("output_limit", True)
    assert attempt.stdout.startswith("first\n")
    assert len(attempt.stdout) < 5000


async def test_a_memory_hog_is_stopped(runner: Runner, tmp_path: Path) -> None:
    code = "kept = []\nwhile True: kept.append(bytearray(4_000_000))"
    limits = Limits(seconds=20, memory_mib=150)
    attempt = await runner.run(make_trial(tmp_path, code, limits=limits))
    assert (attempt.status, attempt.oom) == ("oom", True)
    assert "150 MiB" in attempt.detail


async def test_children_count_towards_the_memory(runner: Runner, tmp_path: Path) -> None:
    code = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        kept = b"x" * 60_000_000
        time.sleep(30)
while True:
    if os.wait()[1]:
        raise SystemExit(1)
"""
    limits = Limits(seconds=20, memory_mib=150)
    attempt = await runner.run(make_trial(tmp_path, code, limits=limits))
    assert (attempt.status, attempt.oom) == ("oom", True)


async def test_too_many_processes_are_refused(runner: Runner, tmp_path: Path) -> None:
    code = """
import os, time
for _ in range(40):
    if os.fork() == 0:
        time.sleep(20)
        os._exit(0)
time.sleep(20)
"""
    limits = Limits(seconds=10, processes=20)
    attempt = await runner.run(make_trial(tmp_path, code, limits=limits))
    assert attempt.status == "error"
    assert "20 processes" in attempt.detail


async def test_a_file_may_not_grow_without_end(runner: Runner, tmp_path: Path) -> None:
    code = "open('big', 'wb').write(bytes(3_000_000))"
    limits = Limits(seconds=20, file_mib=1)
    attempt = await runner.run(make_trial(tmp_path, code, limits=limits))
    assert attempt.status == "error"
    assert "File too large" in attempt.stderr
    assert (tmp_path / "work" / "big").stat().st_size <= 1024 * 1024


async def test_a_mount_is_read_and_leaves_no_trace(runner: Runner, tmp_path: Path) -> None:
    work, data, folder = tmp_path / "work", tmp_path / "rows.csv", tmp_path / "images"
    for made in (work, folder):
        made.mkdir()
    data.write_text("1,2\n")
    (folder / "a.txt").write_text("picture")
    (work / "covered.csv").write_text("small")
    code = """
for name in ("in/rows.csv", "pics/a.txt", "covered.csv"):
    print(open(name).read().strip())
"""
    mounts = (Mount(data, "in/rows.csv"), Mount(folder, "pics"), Mount(data, "covered.csv"))
    attempt = await runner.run(make_trial(tmp_path, code, mounts=mounts))
    assert (attempt.stderr, attempt.stdout) == ("", "1,2\npicture\n1,2\n")
    assert sorted(os.listdir(work)) == ["covered.csv", "script.py"]
    assert (work / "covered.csv").read_text() == "small"
    assert data.read_text() == "1,2\n"
    assert (folder / "a.txt").read_text() == "picture"


async def test_the_figures_are_those_of_the_run(runner: Runner, tmp_path: Path) -> None:
    code = """
import subprocess, sys, time
work = "import time\\nkept = b'x' * 80_000_000\\nwhile time.process_time() < .15: pass"
subprocess.run([sys.executable, "-c", work], check=True)
time.sleep(.1)
"""
    attempt = await runner.run(make_trial(tmp_path, code))
    assert attempt.status == "ok"
    assert attempt.seconds >= 0.25
    assert attempt.cpu_seconds >= 0.15
    assert 80 < attempt.memory_mib < 160


async def test_attempts_at_once_and_one_cancelled_as_it_starts_do_not_disturb_each_other(
    runner: Runner, tmp_path: Path, mark: str
) -> None:
    tasks = []
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        code = f"print({number})" if number else SLEEPER
        command = ("python", "script.py", mark)
        trial = make_trial(tmp_path / str(number), code, command=command)
        tasks.append(asyncio.create_task(runner.run(trial)))
    await asyncio.sleep(0)
    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert [(await task).stdout for task in tasks[1:]] == ["1\n", "2\n"]
    assert find_marked(mark) == []


async def test_killing_the_parent_frees_nobody(runner: Runner, tmp_path: Path, mark: str) -> None:
    code = f"""
import os, signal, subprocess, sys
subprocess.Popen([sys.executable, "-c", {SLEEPER!r}, {mark!r}], start_new_session=True)
os.kill(os.getppid(), signal.SIGKILL)
signal.pause()
"""
    attempt = await runner.run(make_trial(tmp_path, code, limits=Limits(seconds=0.6)))
    assert attempt.status == "timeout"
    assert find_marked(mark) == []
