"""Verdicts on candidates that are never run: what is wrong with them can be read."""

from dataclasses import replace

from agents.records import GATES, Candidate, Gate, Proof, Reduction, Verdict


def refuse_to_run(
    candidate: Candidate, number: int, proof: Proof, judged: tuple[Gate, ...]
) -> Verdict:
    """Make the verdict on a candidate whose text alone fails: it is never executed."""
    known = {gate.name: gate for gate in judged}
    missing = "the candidate was not run, because its text does not pass"
    return Verdict(
        number=number,
        stage=candidate.stage,
        candidate=candidate.number,
        coder=candidate.coder,
        proof=proof,
        status="error",
        seconds=0.0,
        gates=tuple(known.get(name, Gate(name, "cannot_tell", missing)) for name in GATES),
    )


def refuse_to_shrink(
    candidate: Candidate,
    number: int,
    proof: Proof,
    judged: tuple[Gate, ...],
    missing: Reduction,
) -> Verdict:
    """Make the verdict on a candidate that cannot be given as little work as the original."""
    reason = (
        f"The original was run with {missing.name} {missing.reduced} instead of {missing.full}, "
        "and this number is not in the candidate: both cannot be given the same amount of work."
    )
    refused = refuse_to_run(candidate, number, proof, judged)
    gates = tuple(
        replace(gate, reason=reason) if gate.name == "runs" else gate for gate in refused.gates
    )
    return replace(refused, gates=gates)
