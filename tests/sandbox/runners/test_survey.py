"""What a script finds inside each runner: one look around, many questions."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner import Runner
from sandbox.trial import Attempt
from sandbox.witness.channel import KEY_BYTES, key_path
from tests.sandbox.runners.running import RUNNERS, make_trial, open_runner

CODE = """
import colorsys, errno, getpass, json, os, pathlib, socket, sys, tempfile, urllib.request
seen = {"variables": dict(os.environ), "fds": []}
door = os.environ["_SITE_STREAM"].split(":")
for name in os.listdir("/proc/self/fd"):
    try:
        os.readlink(f"/proc/self/fd/{name}")
        seen["fds"].append(int(name))
    except OSError:
        pass  # the one that listed them
seen["key"] = len(os.read(int(door[0]), 100))
os.write(int(door[1]), b"record")
seen["stdin"] = sys.stdin.read()
seen["home"] = os.listdir(pathlib.Path.home())
seen["folder"] = os.getcwd()
seen["ours"] = colorsys.ours
seen["user"] = getpass.getuser()
seen["session"] = os.getsid(0) == os.getpgid(0)
seen["temporary"] = tempfile.mkdtemp()
os.mkdir(seen["temporary"] + "/in")
os.chmod(seen["temporary"] + "/in", 0)
os.chmod(seen["temporary"], 0o500)
pathlib.Path("a\\nb.txt").write_text("kept")
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
seen["own_server"] = client.getpeername() == server.getsockname()
with socket.socket() as line:
    line.settimeout(1)
    seen["by_address"] = errno.errorcode[line.connect_ex(("192.0.2.1", 80))]
print(json.dumps(seen))
urllib.request.urlopen("http://example.invalid/data.csv")
"""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a script reported, and the attempt it was."""

    runner: Runner
    attempt: Attempt
    seen: dict[str, Any]
    folder: Path


@pytest.fixture(scope="module", params=RUNNERS)
def survey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Survey:
    runner = open_runner(request.param)
    folder = tmp_path_factory.mktemp("survey")
    (folder / "extra").mkdir()
    (folder / "extra" / "colorsys.py").write_text("ours = True")
    trial = make_trial(
        folder,
        CODE,
        import_path=(folder / "extra",),
        variables={"OMP_NUM_THREADS": "1", "LD_PRELOAD": "", "PYTHONPATH": "/elsewhere"},
        testimony=folder / "testimony",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MY_SECRET", "hidden")
        attempt = asyncio.run(runner.run(trial))
    assert attempt.stdout, attempt.stderr
    return Survey(runner, attempt, json.loads(attempt.stdout), folder)


def test_nothing_of_the_hosts_environment_is_seen(survey: Survey) -> None:
    assert "MY_SECRET" not in survey.seen["variables"]
    assert survey.seen["variables"]["HOME"] != os.environ.get("HOME")
    assert survey.seen["user"] == "user"


def test_the_trials_variables_win_over_the_usual_ones(survey: Survey) -> None:
    variables = survey.seen["variables"]
    assert (variables["OMP_NUM_THREADS"], variables["MPLBACKEND"]) == ("1", "Agg")
    assert variables["PATH"].split(":")[0] == str(Path(sys.executable).parent)


def test_the_import_path_comes_first(survey: Survey) -> None:
    assert survey.seen["ours"] is True
    assert survey.seen["variables"]["PYTHONPATH"] == f"{survey.folder / 'extra'}:/elsewhere"


def test_only_the_three_streams_and_the_witness_channel_are_inherited(survey: Survey) -> None:
    door = {int(fd) for fd in survey.seen["variables"]["_SITE_STREAM"].split(":")}
    assert set(survey.seen["fds"]) == {0, 1, 2} | door


def test_the_witness_channel_reaches_the_host(survey: Survey) -> None:
    assert survey.seen["key"] == KEY_BYTES
    assert (survey.folder / "testimony").read_bytes() == b"record"
    assert key_path(survey.folder / "testimony").is_file()
    assert survey.attempt.testimony == survey.folder / "testimony"


def test_stdin_and_home_are_empty(survey: Survey) -> None:
    assert (survey.seen["stdin"], survey.seen["home"]) == ("", [])


def test_the_work_folder_is_named_as_the_script_sees_it(survey: Survey) -> None:
    assert survey.seen["folder"] == survey.runner.work_folder(survey.attempt.folder)


def test_what_the_run_wrote_is_in_the_work_folder_and_nothing_else(survey: Survey) -> None:
    assert sorted(os.listdir(survey.attempt.folder)) == ["a\nb.txt", "script.py"]
    assert (survey.attempt.folder / "a\nb.txt").read_text() == "kept"


def test_temporary_files_are_removed_even_when_write_protected(survey: Survey) -> None:
    assert not Path(survey.seen["temporary"]).exists()


def test_a_server_of_its_own_can_be_reached(survey: Survey) -> None:
    assert survey.seen["own_server"] is True


def test_another_machine_cannot_be_reached(survey: Survey) -> None:
    if "not blocked" in survey.runner.isolation:
        pytest.skip("this user may not cut the network for a plain process")
    assert survey.seen["by_address"] == "ENETUNREACH"


def test_a_script_that_wants_the_network_is_told_so(survey: Survey) -> None:
    assert survey.attempt.status == "error"
    assert "wants the network" in survey.attempt.detail
    assert "--data" in survey.attempt.detail
