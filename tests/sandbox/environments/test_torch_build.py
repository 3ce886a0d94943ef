"""Which build of torch is taken."""

from pathlib import Path

from sandbox.environments.torch_build import describe_choice, find_cpu_build


def put(folder: Path, version: str, mib: int = 180, tag: str = "py3-none-any") -> None:
    """Write a wheel's name and size; the content takes no room."""
    with (folder / f"torch-{version}-{tag}.whl").open("wb") as file:
        file.truncate(mib * 2**20)


def test_the_newest_cpu_build_that_is_allowed_is_found(tmp_path: Path) -> None:
    put(tmp_path, "2.12.0+cpu")
    put(tmp_path, "2.13.0+cpu")
    put(tmp_path, "2.14.0+cu130")
    put(tmp_path, "2.15.0", mib=800)
    put(tmp_path, "2.16.0rc1+cpu")
    put(tmp_path, "2.17.0+cpu", tag="cp39-cp39-win_amd64")
    put(tmp_path, "broken-name+cpu")
    found = find_cpu_build((tmp_path,), ())
    assert found is not None
    assert found.constraint == "torch==2.13.0+cpu"
    older = find_cpu_build((tmp_path,), ("numpy==1", "Torch<2.13"))
    assert older is not None
    assert older.version == "2.12.0+cpu"
    assert find_cpu_build((tmp_path,), ("torch==2.11.0",)) is None


def test_a_small_wheel_without_a_suffix_is_a_cpu_build(tmp_path: Path) -> None:
    put(tmp_path, "2.13.0")
    found = find_cpu_build((tmp_path,), ())
    assert found is not None
    assert describe_choice({"torch": "2.13.0"}, found).startswith("torch 2.13.0 from")


def test_cuda_libraries_are_announced_and_silence_is_kept_without_torch(tmp_path: Path) -> None:
    cuda = {"torch": "2.15.0", "nvidia-cublas": "13"}
    assert "several GB" in describe_choice(cuda, None)
    assert describe_choice({"numpy": "2.1"}, None) == ""
    assert find_cpu_build((tmp_path,), ()) is None
