"""Imports, pins and --with become needs."""

from pathlib import Path

import pytest

from sandbox.environments.needs import EnvironmentProblem, Needs, gather_needs, read_modules

TARGET = "mlflow>=3.10,<4"


def gather(root: Path, text: str, *with_: str, adopted: bool = False) -> Needs:
    return gather_needs(
        root, {"train.py": text}, "train.py", target=TARGET, with_=with_, adopted=adopted
    )


def test_modules_become_distributions_and_the_target_joins_them(tmp_path: Path) -> None:
    needs = gather(tmp_path, "import os, sklearn.svm, cv2\nfrom PIL import Image")
    assert needs.requirements == (
        "mlflow<4,>=3.10",
        "opencv-python-headless",
        "pillow",
        "scikit-learn",
    )
    assert needs.target == "mlflow<4,>=3.10"


def test_a_dotted_name_is_more_exact_than_its_first_part(tmp_path: Path) -> None:
    assert "protobuf" in gather(tmp_path, "from google import protobuf").requirements


def test_an_unknown_module_is_named_with_its_place_and_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"`oddity` \(train.py, line 2\).*--with"):
        gather(tmp_path, "import os\nimport oddity.deep")


def test_an_optional_unknown_module_is_passed_over(tmp_path: Path) -> None:
    needs = gather(tmp_path, "try:\n    import oddity\nexcept ImportError:\n    pass")
    assert needs.requirements == ("mlflow<4,>=3.10",)


def test_an_adopted_environment_may_have_modules_nobody_knows(tmp_path: Path) -> None:
    assert gather(tmp_path, "import oddity", adopted=True).requirements == ("mlflow<4,>=3.10",)


@pytest.mark.parametrize("with_", ["oddity==1.2", "its-other-name"])
def test_a_with_entry_explains_an_unknown_module(tmp_path: Path, with_: str) -> None:
    needs = gather(tmp_path, "import oddity", with_)
    assert with_.partition("==")[0] in needs.requirements
    assert with_ in needs.pins


def test_one_unexplained_with_entry_does_not_explain_two_modules(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match=r"`oddity`.*`quirk`"):
        gather(tmp_path, "import oddity, quirk", "its-other-name")


def test_a_with_entry_for_a_known_module_explains_no_other(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="oddity"):
        gather(tmp_path, "import oddity, sklearn", "scikit-learn==1.6")


def test_a_requirements_entry_of_the_modules_name_explains_it(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("odd-ity>=2\n")
    needs = gather(tmp_path, "import odd_ity")
    assert "odd-ity" in needs.requirements
    assert "odd-ity>=2" in needs.pins


@pytest.mark.parametrize("with_", ["numpy=1", "", "x @ https://example.org/x.whl", "-e ."])
def test_a_with_entry_that_is_no_requirement_is_refused(tmp_path: Path, with_: str) -> None:
    with pytest.raises(EnvironmentProblem, match="--with"):
        gather(tmp_path, "import numpy", with_)


def test_project_versions_hold_for_imports_and_are_wishes_for_the_rest(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("scikit-learn==1.6\nnumpy<2\nopenpyxl\ntox==4\n")
    needs = gather(tmp_path, "import sklearn")
    assert needs.pins == ("openpyxl", "scikit-learn==1.6")
    assert needs.constraints == ("numpy<2", "tox==4")
    assert "openpyxl" in needs.requirements
    assert "tox" not in needs.requirements


def test_with_wins_over_the_projects_version(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("scikit-learn==1.3\n")
    needs = gather(tmp_path, "import sklearn", "scikit-learn==1.6")
    assert needs.pins == ("scikit-learn==1.6",)
    assert needs.constraints == ()


def test_an_optional_gpu_package_is_not_installed_without_a_gpu(tmp_path: Path) -> None:
    text = "try:\n    import cupy\nexcept ImportError:\n    import numpy\n"
    assert gather(tmp_path, text).requirements == ("mlflow<4,>=3.10", "numpy")


def test_the_module_table_is_in_order() -> None:
    table = read_modules()
    assert len(table.distributions) > 150
    assert table.gpu <= table.distributions.keys()
    assert table.find_distribution("umap.plot") == "umap-learn"
    assert table.find_distribution("google") is None


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        ("import keras", "torch", "tensorflow"),
        ("import keras, jax", "jax", "torch"),
        ("import keras, tensorflow", "tensorflow", "torch"),
        ("from transformers import Trainer", "accelerate", "keras"),
        ("import sklearn", "scikit-learn", "torch"),
    ],
)
def test_what_a_framework_needs_without_asking_for_it_joins_it(
    tmp_path: Path, text: str, there: str, absent: str
) -> None:
    requirements = gather(tmp_path, text).requirements
    assert there in requirements
    assert absent not in requirements


def test_what_the_target_works_with_gives_way_to_the_projects_own(tmp_path: Path) -> None:
    def constrain(*with_: str) -> tuple[str, ...]:
        return gather_needs(
            tmp_path, {"t.py": ""}, "t.py", target=TARGET, beside=("sqlalchemy<2.1",), with_=with_
        ).constraints

    assert constrain() == ("sqlalchemy<2.1",)
    assert constrain("sqlalchemy==2.1") == ()
    (tmp_path / "requirements.txt").write_text("SQLAlchemy>=2\n")
    assert constrain() == ("sqlalchemy>=2",)
