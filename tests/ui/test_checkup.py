"""`mlgraft doctor`: each thing the machine needs, and how to mend it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ui.cli import main


def test_each_check_has_a_detail_and_what_is_missing_has_a_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLGRAFT_CACHE", str(tmp_path / "cache"))
    done = CliRunner().invoke(main, ["doctor", "--json", "--runs", str(tmp_path / "runs")])
    assert done.exit_code == 0
    checks = json.loads(done.stdout)["checks"]
    assert all(set(check) == {"name", "ok", "detail", "mend"} for check in checks)
    names = [check["name"] for check in checks]
    assert names[:4] == ["python", "uv", "journals", "environments"]
    assert all(check["mend"] for check in checks if not check["ok"])


def test_a_folder_that_takes_no_file_ends_with_exit_code_three(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["doctor", "--runs", "/proc/nowhere"])
    assert done.exit_code == 3
    assert "--runs" in done.stdout
