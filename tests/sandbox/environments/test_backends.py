"""Keras computes on what is installed."""

import pytest

from sandbox.environments.backends import backend_variables


@pytest.mark.parametrize(
    ("packages", "backend"),
    [
        (("keras", "torch", "mlflow"), "torch"),
        (("Keras", "jax"), "jax"),
        (("keras", "jax", "torch"), "torch"),
        (("keras", "tensorflow", "torch"), None),
        (("keras", "numpy"), None),
        (("torch", "jax"), None),
    ],
)
def test_keras_takes_a_backend_that_is_there_unless_its_own_choice_is(
    packages: tuple[str, ...], backend: str | None
) -> None:
    assert backend_variables(packages) == ({"KERAS_BACKEND": backend} if backend else {})
