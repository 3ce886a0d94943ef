"""Versions from a project's own files."""

from pathlib import Path

from sandbox.environments.pins import read_pins


def lines(root: Path, folder: Path | None = None) -> list[str]:
    return sorted(str(item) for item in read_pins(root, folder or root).requirements)


def test_comments_hashes_continuations_and_markers_are_understood(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        "# head\nnumpy==2.1  # why\nscipy>=1 \\\n    --hash=sha256:00\n"
        'pandas; python_version < "3"\nrich[jupyter]~=13.0; python_version >= "3"\n'
    )
    assert lines(tmp_path) == ["numpy==2.1", "rich[jupyter]~=13.0", "scipy>=1"]


def test_unsafe_and_broken_lines_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        "-e .\n--index-url https://example.org\nhttps://example.org/x.whl\n./local.whl\n"
        "git+https://example.org/x\ntorch @ file:///x.whl\n===\nnumpy==2.1\n"
    )
    assert lines(tmp_path) == ["numpy==2.1"]


def test_includes_are_followed_inside_the_root_only_and_not_in_circles(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "deps").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("secret==1\n")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    (root / "requirements.txt").write_text(
        "-r deps/more.txt\n-r ../outside.txt\n--requirement=link.txt\n-r missing.txt\n"
    )
    (root / "deps" / "more.txt").write_text("numpy<2\n-r ../requirements.txt\n-c limits.txt\n")
    (root / "deps" / "limits.txt").write_text("scipy<2\n")
    assert lines(root) == ["numpy<2", "scipy<2"]


def test_the_nearest_file_of_each_kind_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "requirements.txt").write_text("numpy==1.26\n")
    (tmp_path / "a" / "requirements.txt").write_text("numpy==2.1\n")
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["scipy>=1"]\n')
    assert lines(tmp_path, inner) == ["numpy==2.1", "scipy>=1"]


def test_a_lock_gives_exact_versions_where_there_is_one(tmp_path: Path) -> None:
    source = 'source = { registry = "https://example.org/simple" }\n'
    (tmp_path / "uv.lock").write_text(
        f'[[package]]\nname = "numpy"\nversion = "2.1"\n{source}'
        f'[[package]]\nname = "torch"\nversion = "2.1"\n{source}'
        f'[[package]]\nname = "torch"\nversion = "2.2"\n{source}'
        '[[package]]\nname = "mine"\nversion = "0"\nsource = { virtual = "." }\n'
    )
    assert lines(tmp_path) == ["numpy==2.1"]


def test_broken_files_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project\n")
    (tmp_path / "uv.lock").write_bytes(b"\xff\xfe")
    (tmp_path / "requirements.txt").write_bytes(b"\xef\xbb\xbfnumpy==2.1\r\n\xff\xff\r\n")
    assert lines(tmp_path) == ["numpy==2.1"]
