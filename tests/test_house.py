"""What holds for the house as a whole, and no other tool checks."""

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("agents", "knowledge", "sandbox", "ui", "evals")
LONGEST = 300


def _modules() -> Iterator[Path]:
    for room in (*ROOMS, "tests", "requirements"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if not {"cases", "inputs", "long", "novel", "older", "timed"} & set(path.parts):
                yield path


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_comes_from_this_checkout(room: str) -> None:
    spec = importlib.util.find_spec(room)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).parent == ROOT / room


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in _modules()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_every_folder_of_modules_is_a_package() -> None:
    apart = {"child", "requirements"}
    folders = {path.parent for path in _modules() if not apart & set(path.parts)}
    bare = [str(folder) for folder in folders if not (folder / "__init__.py").exists()]
    assert bare == []


def test_imports_inside_functions_stand_only_where_engines_and_faces_are_chosen() -> None:
    allowed = {"agents/workshop.py", "ui/cli.py"}
    found = set()
    for path in _modules():
        name = path.relative_to(ROOT).as_posix()
        # What runs inside the sandbox lives by other rules: it must not load a library early.
        if name in allowed or "/child/" in name or name.startswith("tests/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Import | ast.ImportFrom):
                        found.add(f"{name}:{inner.lineno}")
    assert found == set()


def test_the_environment_is_read_in_one_place_of_the_makers() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "agents").rglob("*.py")
        if "os.environ" in path.read_text(encoding="utf-8")
    }
    assert readers == {"agents/settings.py"}


def test_locks_name_no_address() -> None:
    locks = list((ROOT / "requirements").glob("*.txt"))
    assert locks
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_architecture_lists_every_module_that_exists_and_no_other() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    missing = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if path.name != "__init__.py"
        and not {"cases", "long", "novel", "older", "timed"} & set(path.parts)
        and f"`{path.name}`" not in text
    ]
    assert missing == []
