import hashlib
from pathlib import Path

from sandbox.oracles.dvc_contents import Contents
from sandbox.oracles.leavings import find_data


def test_data_is_what_is_neither_code_nor_hidden_nor_version_controls_own(tmp_path: Path) -> None:
    for name in (
        *("data/a.csv", "model.pt", "train.py", "params.yaml", "a.csv.dvc", ".gitignore"),
        *(".git/x.csv", ".vcs-home/y.csv", "__pycache__/train.pyc", "data/.hidden"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "link.csv").symlink_to(tmp_path / "model.pt")
    found = find_data(Contents(tmp_path))
    assert set(found) == {"data/a.csv", "model.pt"}
    assert found["model.pt"] == hashlib.sha256(b"model.pt").hexdigest()
