"""PATH and words -> Request, or one sentence."""

import os
from pathlib import Path

import pytest

from agents.intake import IntakeError, name_run, read_request, read_source, read_sources
from agents.settings import Settings


def _write(folder: Path, name: str = "train.py", text: str = "print(1)\n") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def _refuse(path: Path, text: str = "track", run: str = "") -> str:
    with pytest.raises(IntakeError) as caught:
        read_request(path, text, Settings(run=run))
    return str(caught.value)


def test_a_script_travels_with_its_folder(tmp_path: Path) -> None:
    request = read_request(_write(tmp_path), "  track this ", Settings())
    assert (request.root, request.entry) == (str(tmp_path), "train.py")
    assert request.command == ("python", "train.py")
    assert request.text == "track this"


def test_the_run_command_is_the_users(tmp_path: Path) -> None:
    request = read_request(_write(tmp_path), "track", Settings(run="python train.py --lr '0.1 '"))
    assert request.command == ("python", "train.py", "--lr", "0.1 ")


@pytest.mark.parametrize(
    ("names", "run", "entry"),
    [
        (["only.py"], "", "only.py"),
        (["helper.py", "train.py"], "", "train.py"),
        (["a.py", "b.py"], "python b.py", "b.py"),
    ],
)
def test_a_folders_entry_is_the_named_the_only_or_the_usual_one(
    tmp_path: Path, names: list[str], run: str, entry: str
) -> None:
    for name in names:
        _write(tmp_path, name)
    assert read_request(tmp_path, "track", Settings(run=run)).entry == entry


def test_a_folder_with_several_scripts_asks_which(tmp_path: Path) -> None:
    _write(tmp_path, "a.py")
    _write(tmp_path, "b.py")
    assert "a.py, b.py" in _refuse(tmp_path)


def test_input_that_cannot_be_read_is_one_sentence_each(tmp_path: Path) -> None:
    assert "does not exist" in _refuse(tmp_path / "missing.py")
    assert "holds no Python script" in _refuse(tmp_path)
    assert "request is empty" in _refuse(_write(tmp_path), " \n ")
    assert "longer than" in _refuse(_write(tmp_path), "track " * 2000)
    assert "not valid Python" in _refuse(_write(tmp_path, "bad.py", "def f(:\n"))
    assert "(line 2)" in _refuse(_write(tmp_path, "bad.py", "x = 1\n  y = 2\n"))
    assert "notebook" in _refuse(_write(tmp_path, "book.ipynb", "{}"))
    assert "does not end in .py" in _refuse(_write(tmp_path, "data.csv", "a,b\n"))
    assert "--run" in _refuse(_write(tmp_path), run="python 'train.py")


def test_binary_large_and_foreign_encodings_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(b"\x7fELF\x00\x01")
    assert "binary" in _refuse(path)
    path.write_bytes(b"# caf\xe9\n")
    assert "not UTF-8" in _refuse(path)
    path.write_bytes(b"#" * (25 * 2**20))
    assert "25.0 MiB" in _refuse(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_said_to_be_so(tmp_path: Path) -> None:
    path = _write(tmp_path)
    path.chmod(0)
    assert "cannot be read" in _refuse(path)


def test_nesting_that_the_parser_cannot_follow_is_a_sentence_too(tmp_path: Path) -> None:
    assert "Python" in _refuse(_write(tmp_path, text="x = " + "(" * 5000 + ")" * 5000))


def test_a_byte_order_mark_is_left_out_and_line_ends_stay(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    assert read_source(path) == "x = 1\r\n"


def test_neighbours_that_are_no_python_are_passed_over(tmp_path: Path) -> None:
    _write(tmp_path)
    _write(tmp_path, "helper.py", "y = 2\n")
    _write(tmp_path, "broken.py", "def (\n")
    _write(tmp_path, ".hidden/secret.py")
    assert set(read_sources(tmp_path, "train.py")) == {"train.py", "helper.py"}


def test_runs_are_named_by_time_and_differ() -> None:
    names = {name_run() for _ in range(50)}
    assert len(names) == 50
    assert all(len(name) == len("20261123-104502-k3fa") for name in names)
