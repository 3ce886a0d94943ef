"""Environments are built from local wheels, by the real installer, without network."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.environment import (
    Environment,
    EnvironmentProblem,
    Needs,
    adopt_environment,
    gather_needs,
    prepare_environment,
)
from tests.sandbox.environments.wheels import build_wheel

pytestmark = pytest.mark.process

TARGET = "mlflow>=3.10,<4"


@dataclass(frozen=True, slots=True)
class House:
    """What the tests share."""

    cache: Path
    environ: Mapping[str, str]
    needs: Needs
    built: tuple[tuple[Environment, list[str]], ...]
    """What each of two callers got: the environment, and the sentences before it."""

    @property
    def environment(self) -> Environment:
        return next(item for item, _ in self.built if not item.cached)


def make_environ(folder: Path) -> Mapping[str, str]:
    """Variables with which only the test's own wheels can be had."""
    wheels = folder / "wheels"
    build_wheel(wheels, "mlflow", "3.12", needs=("numpy>=1",))
    build_wheel(wheels, "mlflow", "3.17", needs=("numpy>=1",))
    build_wheel(wheels, "mlflow", "3.11", needs=("numpy>=2",))
    build_wheel(wheels, "numpy", "1.26")
    build_wheel(wheels, "numpy", "2.1")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "UV_CACHE_DIR": str(folder / "uv"),
        "UV_HTTP_RETRIES": "0",
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A cache that two callers have asked for the same at once, shared by all tests here."""
    folder = tmp_path_factory.mktemp("house")
    environ = make_environ(folder)
    needs = make_needs(folder)

    async def build() -> tuple[tuple[Environment, list[str]], ...]:
        both = (prepare_environment(needs, folder / "cache", environ=environ) for _ in range(2))
        return tuple(await asyncio.gather(*map(finish, both)))

    built = asyncio.run(build())
    return House(folder / "cache", environ, needs, built)


def make_needs(root: Path, text: str = "import numpy", *with_: str) -> Needs:
    return gather_needs(root, {"t.py": text}, "t.py", target=TARGET, with_=with_)


async def finish(steps: AsyncGenerator[str | Environment, None]) -> tuple[Environment, list[str]]:
    """Follow a build to its end: the environment, and the sentences before it."""
    *sentences, last = [step async for step in steps]
    assert isinstance(last, Environment)
    return last, [str(sentence) for sentence in sentences]


def list_tree(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.lstat().st_mtime_ns) for path in folder.rglob("*"))


def test_what_two_ask_for_at_once_is_built_once(house: House) -> None:
    assert sorted(environment.cached for environment, _ in house.built) == [False, True]
    assert len({environment.fingerprint for environment, _ in house.built}) == 1
    sentences = [sentence for _, said in house.built for sentence in said]
    assert any("resolved 2 packages" in sentence for sentence in sentences)
    assert sum("installing" in sentence for sentence in sentences) == 1


def test_what_is_built_starts_and_is_compiled(house: House) -> None:
    built = house.environment
    assert built.packages == {"mlflow": "3.17", "numpy": "2.1"}
    code = "import mlflow; print(mlflow.VERSION, mlflow.__cached__)"
    shown = subprocess.run([built.python, "-c", code], capture_output=True, text=True, check=True)
    version, compiled = shown.stdout.split()
    assert version == "3.17"
    assert Path(compiled).is_file()
    assert Path(compiled).is_relative_to(built.site_packages[0])


async def test_what_was_built_is_found_again_without_asking_anyone(house: House) -> None:
    unreachable = {**house.environ, "PATH": "", "HTTPS_PROXY": "http://127.0.0.1:9"}
    again, sentences = await finish(
        prepare_environment(house.needs, house.cache, environ=unreachable)
    )
    assert again.cached
    assert sentences == []
    assert (again.python, again.packages) == (house.environment.python, house.environment.packages)


async def test_pins_hold_and_wishes_that_nobody_can_meet_are_given_up_aloud(
    tmp_path: Path, house: House
) -> None:
    (tmp_path / "requirements.txt").write_text("numpy<1\n")
    needs = make_needs(tmp_path, "import mlflow", "mlflow==3.12")
    environment, sentences = await finish(
        prepare_environment(needs, tmp_path / "cache", environ=house.environ)
    )
    assert environment.packages["mlflow"] == "3.12"
    assert "numpy<1" in environment.notes[0]
    assert environment.notes[0] in sentences


async def test_a_version_that_does_not_exist_is_named_and_nothing_is_left(
    tmp_path: Path, house: House
) -> None:
    needs = make_needs(tmp_path, "import numpy", "numpy==9")
    with pytest.raises(EnvironmentProblem, match="no version `numpy==9`"):
        await finish(prepare_environment(needs, tmp_path / "cache", environ=house.environ))
    left = {path.name for path in (tmp_path / "cache" / "environments").iterdir()}
    assert left <= {"index", "locks"}


async def test_an_index_that_does_not_answer_is_named(tmp_path: Path, house: House) -> None:
    dead = {
        **house.environ,
        "PIP_NO_INDEX": "0",
        "PIP_INDEX_URL": "http://me:secret@127.0.0.1:9/simple",
    }
    with pytest.raises(EnvironmentProblem, match=r"127\.0\.0\.1:9 does not answer") as caught:
        await finish(prepare_environment(make_needs(tmp_path), tmp_path / "cache", environ=dead))
    assert "secret" not in str(caught.value)


async def test_a_build_that_is_stopped_leaves_nothing_half_done(
    tmp_path: Path, house: House
) -> None:
    cache = tmp_path / "cache"
    steps = prepare_environment(make_needs(tmp_path), cache, environ=house.environ)
    async for step in steps:
        if str(step).startswith("installing"):
            break
    assert list((cache / "environments").glob(".building-*"))
    await steps.aclose()
    assert not list((cache / "environments").glob(".building-*"))


async def test_the_time_for_a_build_ends(tmp_path: Path, house: House) -> None:
    steps = prepare_environment(
        make_needs(tmp_path), tmp_path / "c", environ=house.environ, seconds=0
    )
    with pytest.raises(EnvironmentProblem, match="longer than it may"):
        await finish(steps)


async def test_a_damaged_environment_is_built_anew(tmp_path: Path, house: House) -> None:
    shutil.copytree(house.cache, tmp_path / "cache", symlinks=True)
    (python,) = (tmp_path / "cache" / "environments").glob("*/bin/python")
    python.unlink()
    again, _ = await finish(
        prepare_environment(house.needs, tmp_path / "cache", environ=house.environ)
    )
    assert not again.cached
    assert python.exists()


async def test_a_cache_that_cannot_be_made_is_said(tmp_path: Path, house: House) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem, match="cache folder"):
        await finish(
            prepare_environment(make_needs(tmp_path), tmp_path / "file", environ=house.environ)
        )


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory, house: House) -> Path:
    """Somebody's own environment: an old numpy, and a package that is in no index."""
    folder = tmp_path_factory.mktemp("owned")
    build_wheel(folder / "private", "numpy", "1.26")
    build_wheel(folder / "private", "secret-sauce", "7", needs=("numpy",))
    mine = {**house.environ, "PIP_FIND_LINKS": str(folder / "private")}
    needs = Needs(("numpy", "secret-sauce"), (), ())
    environment, _ = asyncio.run(finish(prepare_environment(needs, folder, environ=mine)))
    return environment.python


async def test_the_target_comes_beside_an_adopted_environment_never_into_it(
    tmp_path: Path, house: House, owned: Path
) -> None:
    before = list_tree(owned.parent.parent)
    needs = make_needs(tmp_path)
    adopted, _ = await finish(
        adopt_environment(owned.parent.parent, needs, tmp_path / "cache", environ=house.environ)
    )
    assert list_tree(owned.parent.parent) == before
    assert adopted.packages == {"mlflow": "3.17", "numpy": "1.26", "secret-sauce": "7"}
    (overlay,) = adopted.import_path
    assert not (overlay / "numpy").exists()
    shown = subprocess.run(
        [adopted.python, "-c", "import mlflow, numpy; print(mlflow.VERSION, numpy.VERSION)"],
        env={"PYTHONPATH": str(overlay), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == ["3.17", "1.26"]
    again, _ = await finish(
        adopt_environment(owned, needs, tmp_path / "cache", environ={**house.environ, "PATH": ""})
    )
    assert again.cached
    assert again.fingerprint == adopted.fingerprint


async def test_what_an_adopted_environment_has_is_not_replaced(
    tmp_path: Path, house: House, owned: Path
) -> None:
    needs = make_needs(tmp_path, "import numpy", "mlflow==3.11")
    with pytest.raises(EnvironmentProblem, match="does not go with"):
        await finish(adopt_environment(owned, needs, tmp_path / "cache", environ=house.environ))


async def test_an_environment_that_has_the_target_needs_nothing_beside_it(
    tmp_path: Path, house: House
) -> None:
    python = house.environment.python
    steps = adopt_environment(python, house.needs, tmp_path / "cache", environ=house.environ)
    adopted, _ = await finish(steps)
    assert adopted.cached
    assert adopted.import_path == ()
    assert adopted.packages == house.environment.packages


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing", "does not exist"), ("empty", "no bin/python"), ("text", "cannot be started")],
)
async def test_what_is_no_environment_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("not a program")
    with pytest.raises(EnvironmentProblem, match=reason):
        await finish(adopt_environment(tmp_path / name, make_needs(tmp_path), tmp_path / "cache"))


async def test_a_program_that_is_no_python_is_refused(tmp_path: Path) -> None:
    steps = adopt_environment(Path("/bin/true"), make_needs(tmp_path), tmp_path / "cache")
    with pytest.raises(EnvironmentProblem, match="does not behave like a Python"):
        await finish(steps)


@pytest.mark.environment
async def test_a_real_environment_holds_mlflow_and_scikit_learn(tmp_path: Path) -> None:
    needs = make_needs(tmp_path, "import sklearn")
    environment, _ = await finish(prepare_environment(needs, tmp_path / "cache"))
    code = "import mlflow, sklearn; print(mlflow.__version__, sklearn.__version__)"
    shown = subprocess.run(
        [environment.python, "-c", code], capture_output=True, text=True, check=True
    )
    names = ("mlflow", "scikit-learn")
    assert shown.stdout.split() == [environment.packages[name] for name in names]
