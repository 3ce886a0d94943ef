"""Flag, then variable, then file, then default."""

from pathlib import Path

import pytest

from agents.settings import Settings, SettingsError, read_settings


@pytest.fixture(autouse=True)
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for key in Settings.__slots__:
        monkeypatch.delenv(f"MLGRAFT_{key.upper()}", raising=False)


def test_without_choices_the_defaults_stand() -> None:
    assert read_settings({}) == Settings()


def test_a_flag_beats_a_variable_beats_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mlgraft.toml").write_text("passes = 1\nmax-attempts = 2\nseed = 3\n")
    monkeypatch.setenv("MLGRAFT_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("MLGRAFT_SEED", "6")
    settings = read_settings({"seed": 7})
    assert (settings.passes, settings.max_attempts, settings.seed) == (1, 5, 7)


def test_a_table_of_pyproject_is_read_where_there_is_no_file_of_our_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.mlgraft]\nwith = ["mlflow==3.17.2"]\n')
    assert read_settings({}).pins == ("mlflow==3.17.2",)


def test_a_named_file_is_read_instead(tmp_path: Path) -> None:
    (tmp_path / "mlgraft.toml").write_text("passes = 1\n")
    other = tmp_path / "other.toml"
    other.write_text("network = true\nmemory-mib = 512\n")
    settings = read_settings({}, other)
    assert (settings.passes, settings.network, settings.memory_mib) == (3, True, 512)


@pytest.mark.parametrize(("word", "value"), [("1", True), ("no", False), ("TRUE", True)])
def test_a_variable_can_say_yes_or_no(
    word: str, value: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLGRAFT_NETWORK", word)
    assert read_settings({}).network is value


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        ({"passes": 0}, "--passes"),
        ({"attempt_seconds": -1.0}, "--attempt-seconds"),
        ({"sandbox": "vm"}, "--sandbox"),
        ({"memory_mib": "plenty"}, "--memory-mib"),
        ({"network": "perhaps"}, "--network"),
    ],
)
def test_an_impossible_choice_is_named(flags: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(flags)


@pytest.mark.parametrize("text", ["passes = [", "colour = 1\n", "\xff"])
def test_a_broken_file_is_an_error_in_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mlgraft.toml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(SettingsError, match=r"configuration"):
        read_settings({}, path)
