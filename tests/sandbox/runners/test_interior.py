"""The command, the variables and the interpreter's folders."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.runner import SandboxError
from sandbox.runners.interior import build_command, build_variables, interpreter_roots
from sandbox.trial import Trial

TRIAL = Trial(command=("python3", "a.py", "python"), folder=Path("/w"), python=Path("/e/bin/py"))


def test_only_the_first_word_stands_for_the_interpreter() -> None:
    assert build_command(TRIAL) == ("/e/bin/py", "a.py", "python")
    assert build_command(replace(TRIAL, command=("torchrun", "a.py"))) == ("torchrun", "a.py")


def test_a_trial_without_command_is_refused() -> None:
    with pytest.raises(SandboxError):
        build_command(replace(TRIAL, command=()))


def test_what_waits_for_a_server_is_told_not_to_unless_the_network_is_allowed() -> None:
    assert build_variables(TRIAL, "/h", "/t", {})["WANDB_MODE"] == "offline"
    assert "WANDB_MODE" not in build_variables(replace(TRIAL, network=True), "/h", "/t", {})


def test_an_interpreter_names_its_environment_and_what_is_behind_it(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--symlinks", str(tmp_path / "env")],
        check=True,
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "py").symlink_to(tmp_path / "env" / "bin" / "python")
    roots = interpreter_roots(tmp_path / "bin" / "py")
    assert tmp_path / "env" in roots
    assert tmp_path / "bin" in roots
    base = Path(sys.base_prefix).resolve()
    assert any(base.is_relative_to(root) for root in roots)


def test_no_home_is_shown_for_the_sake_of_an_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
    roots = interpreter_roots(tmp_path / "bin" / "python")
    assert not any(tmp_path.is_relative_to(root) for root in roots)


def test_an_interpreter_that_does_not_answer_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(SandboxError, match="--python"):
        interpreter_roots(broken)
