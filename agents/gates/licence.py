"""What a patch may add, by component: beside what tracking needs, nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.gates.commands import VERSIONING
from agents.records import Stage


@dataclass(frozen=True, slots=True)
class Licence:
    """What the text gates, build and diff, let pass for one component."""

    modules: frozenset[str]
    """Top-level modules that may be imported besides the standard library's."""
    allowed: frozenset[str] = frozenset()
    """Things of `forbidden.py` that the component cannot do without, by their exact names."""
    training: bool = False
    """Training calls may be added: a compressed model is fine-tuned."""
    printing: bool = False
    """What came of the component may be printed; what is printed is witnessed."""
    telling: bool = False
    """A line may be printed that shows something the component made: the name of a commit."""
    commands: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    """Programs that may be started with `subprocess`, and the subcommands of each."""
    local_storage: bool = False
    """A database in a file beside the script may be named: that is where the component keeps it."""
    rewriting: bool = False
    """Existing statements may move into functions, and values give way to suggested ones."""
    makers: tuple[str, ...] = ()
    """Prefixes of calls that make something of the script's model, which may keep its name."""
    settings: frozenset[str] = frozenset()
    """Attributes through which the component is told about a model: `qconfig`."""
    searching: bool = False
    """A search moves to another component: its objective is given and returns something else."""

    @property
    def watched_anywhere(self) -> bool:
        """Statements may end up in other functions: what they show is watched wherever."""
        return self.rewriting or self.searching


_ENGINE = "change of torch.backends.quantized.engine"
_TRACING = ("torch.jit", "torch.export", "torch.fx")
_LICENCES: Mapping[str, Licence] = {
    "optuna": Licence(frozenset({"optuna"}), training=True, local_storage=True, rewriting=True),
    "nncf": Licence(
        frozenset({"nncf", "torch"}), training=True, printing=True, makers=("nncf", *_TRACING)
    ),
    "torch.ao": Licence(
        frozenset({"torch"}),
        frozenset({_ENGINE}),
        training=True,
        printing=True,
        makers=("torch.ao", "torch.quantization", "torch.nn.utils.prune", *_TRACING),
        settings=frozenset({"qconfig"}),
    ),
    "mlflow": Licence(modules=frozenset({"mlflow"})),
    # DVC keeps the data, git its metafiles: whoever adds one has to commit with the other.
    "dvc": Licence(frozenset({"dvc", "git", "scmrepo"}), telling=True, commands=VERSIONING),
    "gitpython": Licence(frozenset({"git"}), telling=True, commands={"git": VERSIONING["git"]}),
}


def choose_licence(stage: Stage) -> Licence:
    """The licence of a stage's target; of a component that is not listed, its own name alone."""
    if stage.task == "translate" and stage.functionality == "hyperparameter_optimization":
        # What is tuned and how it is measured stands there already: less may change.
        return Licence(frozenset({stage.target}), local_storage=True, searching=True)
    return _LICENCES.get(stage.target, Licence(modules=frozenset({stage.target})))
