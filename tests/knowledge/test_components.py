"""The components that are known."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from knowledge.components import ComponentError, find_components, read_component


def test_mlflow_is_known_with_a_floor_and_a_cap() -> None:
    component = read_component("mlflow")
    assert "experiment_tracking" in component.functionality
    limits = Requirement(component.requirement).specifier
    assert limits.contains("3.17.2")
    assert limits.contains("2.22")
    assert not limits.contains("2.21.3")
    assert component.beside == ("sqlalchemy<2.1",)
    assert not limits.contains("4.0")
    assert all(name.startswith("mlflow.") for name in component.documents)


def test_every_shipped_component_reads_and_bears_its_files_name() -> None:
    assert "mlflow" in [component.name for component in find_components()]


@pytest.mark.parametrize("name", ["nosuch", "", "../mlflow", "mlflow.toml", ".", ".."])
def test_an_unknown_component_is_refused_with_those_that_are_known(name: str) -> None:
    with pytest.raises(ComponentError, match=r"Known: .*mlflow"):
        read_component(name)


@pytest.mark.parametrize("text", ["name = ", 'name = "x"\n', 'name = "x"\nextra = 1\n'])
def test_a_file_that_is_not_in_order_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(ComponentError, match=r"x\.toml"):
        read_component("x", tmp_path)
