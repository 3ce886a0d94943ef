"""The door to whoever writes candidates: the offline rules, or a language model."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from agents.records import Candidate, Given, Reason, Refusal, Stage


class Coder(Protocol):
    """Writes candidates. The same brief gives the same candidate where `deterministic`."""

    @property
    def name(self) -> str:
        """`rules`, or the model's name."""
        ...

    def styles(self, stage: Stage) -> tuple[str, ...]:
        """Ways in which this coder can do a stage, the most fitting first; empty: none."""
        ...

    def propose(
        self,
        stage: Stage,
        entry: str,
        files: Mapping[str, str],
        style: str,
        *,
        number: int,
        stage_index: int,
    ) -> Candidate | Refusal:
        """Write a candidate in one style, or say where and why not."""
        ...


def propose_all(
    coders: Sequence[Coder],
    stage: Stage,
    stage_index: int,
    entry: str,
    files: Mapping[str, str],
) -> tuple[Candidate | Refusal, ...]:
    """Ask every coder for a draft in every style it has for a stage, in order.

    Drafts that repeat an earlier one's text are left out. There is at least one answer.
    """
    drafts: list[Candidate | Refusal] = []
    for coder in coders:
        for style in coder.styles(stage):
            number = sum(isinstance(draft, Candidate) for draft in drafts) + 1
            draft = coder.propose(
                stage, entry, files, style, number=number, stage_index=stage_index
            )
            same = isinstance(draft, Candidate) and any(
                isinstance(other, Candidate) and other.files == draft.files for other in drafts
            )
            if not same:
                drafts.append(draft)
    if drafts:
        return tuple(drafts)
    asked = stage.functionality.replace("_", " ")
    if stage.source:
        asked = f"moving from {stage.source} to {stage.target}"
    reason = (
        f"The offline coder has no rules for {asked} with {stage.target}; it knows experiment "
        "tracking with MLflow. `mlgraft rules list` shows its rules."
    )
    return (Refusal(stage_index, "rules", (Reason(0, "unknown-stage", reason),)),)


def take_given(given: Given) -> Candidate:
    """The candidate that somebody else wrote."""
    return Candidate(
        number=1,
        stage=0,
        coder="given",
        style="as given",
        files=given.files,
        deleted=given.deleted,
    )
