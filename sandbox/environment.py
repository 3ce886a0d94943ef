"""What a script needs -> a pinned environment, cached: the door; nothing else fetches packages."""

from sandbox.environments.building import prepare_environment
from sandbox.environments.interpreter import Environment
from sandbox.environments.needs import EnvironmentProblem, Needs, gather_needs
from sandbox.environments.overlay import adopt_environment

__all__ = [
    "Environment",
    "EnvironmentProblem",
    "Needs",
    "adopt_environment",
    "gather_needs",
    "prepare_environment",
]
