"""Which runner a machine gets, and what is said about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.runner import SandboxError
from sandbox.runners.bubblewrap import probe_bubblewrap
from sandbox.runners.choice import choose_runner
from tests.sandbox.runners.running import open_runner

OLD = "#!/bin/sh\necho 'bwrap: Unknown option --disable-userns' >&2\nexit 1\n"
FORBIDDEN = "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with no program but those put here."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    probe_bubblewrap.cache_clear()
    yield tmp_path
    probe_bubblewrap.cache_clear()


def put_bwrap(folder: Path, text: str) -> None:
    (folder / "bwrap").write_text(text)
    (folder / "bwrap").chmod(0o755)


def test_without_a_sandbox_trusted_code_runs_as_a_process_and_it_is_said(programs: Path) -> None:
    chosen = choose_runner("auto", trusted=True)
    assert chosen.runner.name == "process"
    assert "bwrap is not installed" in chosen.reason
    assert "not isolated" in chosen.reason


def test_without_a_sandbox_a_models_code_does_not_run(programs: Path) -> None:
    with pytest.raises(SandboxError, match="--sandbox process"):
        choose_runner("auto", trusted=False)


def test_the_process_runner_is_had_by_name_even_for_a_models_code(programs: Path) -> None:
    chosen = choose_runner("process", trusted=False)
    assert chosen.runner.name == "process"
    assert "not isolated" in chosen.reason


@pytest.mark.parametrize(("text", "reason"), [(OLD, "older than 0.8"), (FORBIDDEN, "permissions")])
def test_a_bwrap_that_cannot_do_it_all_is_not_used(programs: Path, text: str, reason: str) -> None:
    put_bwrap(programs, text)
    with pytest.raises(SandboxError, match=reason):
        choose_runner("bubblewrap", trusted=True)
    assert choose_runner("auto", trusted=True).runner.name == "process"


async def test_a_runner_that_stopped_working_says_so(programs: Path) -> None:
    with pytest.raises(SandboxError, match="not installed"):
        choose_runner("bubblewrap", trusted=True)


def test_containers_are_not_part_of_this_version() -> None:
    with pytest.raises(SandboxError, match="use --sandbox bubblewrap"):
        choose_runner("docker", trusted=True)


@pytest.mark.parametrize("trusted", [True, False])
def test_where_bubblewrap_works_it_is_taken(trusted: bool) -> None:
    open_runner("bubblewrap")
    chosen = choose_runner("auto", trusted=trusted)
    assert chosen.runner.name == "bubblewrap"
    assert "container" in chosen.reason
    assert "as asked" in choose_runner("bubblewrap", trusted=trusted).reason
