"""What travels with a script."""

from pathlib import Path

from sandbox import luggage
from sandbox.luggage import gather_luggage, pack


def _fill(folder: Path, *names: str, size: int = 3) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)


def test_files_beside_the_script_travel_and_caches_and_secrets_do_not(tmp_path: Path) -> None:
    _fill(tmp_path, "train.py", "data/iris.csv", "pkg/model.py")
    _fill(tmp_path, ".env", ".git/config", "__pycache__/a.pyc", "mlruns/0/meta.yaml", "mlflow.db")
    _fill(tmp_path, "env/pyvenv.cfg", "env/lib/huge.py", "node_modules/a.js")
    assert gather_luggage(tmp_path).files == ("data/iris.csv", "pkg/model.py", "train.py")


def test_ignore_files_are_honoured_in_their_own_folders(tmp_path: Path) -> None:
    _fill(tmp_path, "train.py", "out.log", "data/a.csv", "data/b.bin", "keep/b.bin", "big/x")
    (tmp_path / ".gitignore").write_text("*.log\nbig/\n")
    (tmp_path / "data" / ".mlgraftignore").write_text("*.bin\n")
    assert gather_luggage(tmp_path).files == ("data/a.csv", "keep/b.bin", "train.py")


def test_what_is_too_large_stays_behind_and_is_named(tmp_path: Path) -> None:
    _fill(tmp_path, "train.py", "small.csv")
    (tmp_path / "huge.csv").touch()
    with (tmp_path / "huge.csv").open("r+b") as file:
        file.truncate((luggage.LUGGAGE_MIB + 1) * 2**20)
    found = gather_luggage(tmp_path)
    assert found.files == ("small.csv", "train.py")
    assert found.left_behind == ("huge.csv (65 MiB)",)


def test_links_travel_only_where_they_stay_inside(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _fill(root, "train.py", "data.csv")
    _fill(tmp_path, "outside.csv")
    (root / "inner.csv").symlink_to(root / "data.csv")
    (root / "outer.csv").symlink_to(tmp_path / "outside.csv")
    (root / "folder").symlink_to(tmp_path)
    (root / "broken").symlink_to(root / "nowhere")
    found = gather_luggage(root)
    assert found.files == ("data.csv", "inner.csv", "train.py")
    assert found.left_behind == ("outer.csv (a link out of the folder)",)
    pack(found, tmp_path / "packed")
    assert not (tmp_path / "packed" / "inner.csv").is_symlink()


def test_names_with_spaces_and_newlines_travel_as_they_are(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _fill(root, "a b.py", "line\nbreak.csv", "ümlaut/ß.txt")
    pack(gather_luggage(root), tmp_path / "packed")
    packed = {path.name for path in (tmp_path / "packed").rglob("*") if path.is_file()}
    assert packed == {"a b.py", "line\nbreak.csv", "ß.txt"}
