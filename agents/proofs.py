"""In which ways a candidate is attempted, and what each of them is for."""

from collections.abc import Mapping

from agents.records import Proof

MEANINGS: Mapping[Proof, str] = {
    "baseline": "the original",
    "cold": "the candidate in a fresh folder",
    "seed": "the candidate under a second seed",
    "nudged": "the candidate while the witness moves every value it hands back",
}
"""What each proof is, for people who wait."""


def choose_proofs(passes: int) -> tuple[Proof, ...]:
    """Choose how a finalist is attempted: cold, under a second seed, nudged; then cold again."""
    proofs: tuple[Proof, ...] = ("cold", "seed", "nudged")
    few: tuple[Proof, ...] = ("cold", "nudged")
    more: tuple[Proof, ...] = ("cold",)
    return few[:passes] if passes < len(proofs) else proofs + more * (passes - len(proofs))
