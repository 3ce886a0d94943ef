"""Scripts that train in several processes: two ranks, or workers of a pool."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from agents.gates.exhibit import Exhibit, Observation
from agents.gates.judgement import judge
from agents.gates.products import group_products, mask_name
from sandbox.oracles.store import Point, Store
from sandbox.witness.testimony import Sent, Sighting
from tests.agents.gates.exhibits import (
    ENTRY,
    STAGE,
    chart,
    failing,
    hear,
    keep,
    observe,
    see,
    see_expression,
    send,
    stopped_by,
    track,
)

BEFORE = """\
import torch.multiprocessing as mp


def train(rank):
    for epoch in range(3):
        loss = step(rank, epoch).item()
        print(f"rank {rank} loss {loss:.4f}")


if __name__ == "__main__":
    mp.spawn(train, nprocs=2)
"""
AFTER = """\
import mlflow
import torch.multiprocessing as mp


def train(rank):
    if rank == 0:
        mlflow.start_run(run_name="train")
    for epoch in range(3):
        loss = step(rank, epoch).item()
        if rank == 0:
            mlflow.log_metric("loss", loss, step=epoch)
        print(f"rank {rank} loss {loss:.4f}")
    if rank == 0:
        mlflow.end_run()


if __name__ == "__main__":
    mp.spawn(train, nprocs=2)
"""
LOSSES = ((0.91234, 0.71234, 0.51234), (0.92345, 0.72345, 0.52345))


def ranks(losses: Sequence[Sequence[float]] = LOSSES, offset: int = 0) -> tuple[Sighting, ...]:
    seen = []
    for rank, values in enumerate(losses):
        for value in values:
            seen += [
                see(value, function="torch.Tensor.item", line=6 + offset, process=rank + 1),
                see_expression(
                    value,
                    text="loss",
                    label="loss",
                    line=7 + 2 * offset,
                    process=rank + 1,
                ),
            ]
    return tuple(seen)


def output(order: str = "010101") -> str:
    left = {"0": list(LOSSES[0]), "1": list(LOSSES[1])}
    return "".join(f"rank {rank} loss {left[rank].pop(0):.4f}\n" for rank in order)


def original(order: str = "010101") -> Observation:
    return observe(hear(*ranks(), children=2), stdout=output(order))


def distributed(
    store: Store,
    *,
    seen: Sequence[Sighting] | None = None,
    sent: Sequence[Sent] | None = None,
    stdout: str = output("001101"),
    baselines: tuple[Observation, ...] | None = None,
) -> Exhibit:
    testimony = hear(
        *(ranks(offset=3) if seen is None else seen),
        sent=send(store) if sent is None else sent,
        children=2,
    )
    return Exhibit(
        stage=STAGE,
        entry=ENTRY,
        before={ENTRY: BEFORE},
        after={ENTRY: AFTER},
        baselines=baselines or (original(), original("011010")),
        observed=observe(testimony, store, stdout),
        proof="cold",
    )


HONEST = keep(track({"loss": LOSSES[0]}))


def test_what_rank_0_logs_is_enough_though_both_ranks_see_as_much() -> None:
    assert failing(judge(distributed(HONEST))) == ()


def test_values_that_all_ranks_agree_on_need_not_be_logged_twice() -> None:
    same = (LOSSES[0], LOSSES[0])
    baseline = observe(hear(*ranks(same), children=2), stdout="")
    exhibit = distributed(HONEST, seen=ranks(same, 3), stdout="", baselines=(baseline, baseline))
    assert failing(judge(exhibit)) == ()


def test_the_last_epoch_of_rank_0_alone_is_not_enough() -> None:
    short = keep(track({"loss": LOSSES[0][-1:]}))
    assert "Logged 1 of 3 values" in stopped_by(distributed(short), "store")


def test_a_run_of_every_rank_is_stopped_with_that_reason() -> None:
    two = keep(track({"loss": LOSSES[0]}), track({"loss": LOSSES[1]}, id="r2"))
    created = [
        Sent(0, "create_run", run, "", None, None, 0.0, process=process)
        for process, run in ((1, "r1"), (2, "r2"))
    ]
    sent = [*created, *(replace(one, process=1 + (one.run == "r2")) for one in send(two))]
    reason = stopped_by(distributed(two, sent=sent), "store")
    assert reason.startswith("2 processes of the script logged a run each")


def test_the_same_run_written_by_every_rank_is_stopped_with_that_reason() -> None:
    points = [Point(value, step, step) for step, value in enumerate(LOSSES[0])]
    twice = keep(chart({"loss": tuple(point for point in points for _ in range(2))}))
    sent = [replace(one, process=1 + place % 2) for place, one in enumerate(send(twice))]
    assert "more than one process" in stopped_by(distributed(twice, sent=sent), "store")


def test_ranks_may_log_other_keys_or_steps_of_one_run() -> None:
    points = tuple(Point(value, step, step) for step, value in enumerate(LOSSES[0]))
    store = keep(chart({"loss": points}))
    sent = [replace(one, process=1 + place % 2) for place, one in enumerate(send(store))]
    assert failing(judge(distributed(store, sent=sent))) == ()


def test_lines_that_interleave_in_another_way_are_the_same_output() -> None:
    for order in ("000111", "111000", "101010"):
        assert failing(judge(distributed(HONEST, stdout=output(order)))) == ()


def test_a_line_of_one_rank_that_is_missing_is_noticed() -> None:
    assert "was expected" in stopped_by(distributed(HONEST, stdout=output("01010")), "behaviour")


def test_another_value_in_one_rank_is_noticed() -> None:
    changed = ranks((LOSSES[0], (*LOSSES[1][:2], 0.6)), 3)
    reason = stopped_by(distributed(HONEST, seen=changed), "behaviour")
    assert "(process 2)" in reason


def test_a_rank_that_was_silenced_is_missed() -> None:
    alone = tuple(seen for seen in ranks(offset=3) if seen.process == 1)
    stopped_by(distributed(HONEST, seen=alone), "behaviour")


def pool(shares: Sequence[Sequence[float]]) -> tuple[Sighting, ...]:
    return tuple(
        see(value, function="torch.Tensor.item", line=6, process=process + 1)
        for process, values in enumerate(shares)
        for value in values
    )


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (((0.3, 0.1), (0.2, 0.4)), ()),
        (((0.1, 0.2, 0.3, 0.4),), ()),
        (((0.3, 0.1), (0.2, 0.5)), ("behaviour",)),
        (((0.3, 0.1), (0.2,)), ("behaviour",)),
    ],
)
def test_which_worker_of_a_pool_saw_a_value_does_not_matter_but_that_one_did(
    shares: Sequence[Sequence[float]], expected: tuple[str, ...]
) -> None:
    baselines = tuple(
        observe(hear(*pool(given), children=2), stdout="")
        for given in (((0.1, 0.2), (0.3, 0.4)), ((0.1, 0.4, 0.3), (0.2,)))
    )
    store = keep(track({"loss": sorted(value for share in shares for value in share)}))
    exhibit = distributed(store, seen=pool(shares), stdout="", baselines=baselines)
    found = failing(judge(exhibit))
    assert tuple(name for name in found if name == "behaviour") == expected


def test_workers_of_a_pool_need_to_be_logged_together() -> None:
    shares = ((0.11, 0.21), (0.31, 0.41))
    baseline = observe(hear(*pool(shares), children=2), stdout="")
    seen = tuple(replace(one, line=9) for one in pool(shares))

    def judge_logged(*values: float) -> tuple[str, ...]:
        store = keep(track({"loss": values}))
        both = (baseline, baseline)
        return failing(judge(distributed(store, seen=seen, stdout="", baselines=both)))

    assert judge_logged(0.11, 0.31, 0.21, 0.41) == ()
    assert judge_logged(0.11, 0.31) == ("store",)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        (
            "outputs/2026-11-25/14-30-07/.hydra/config.yaml",
            "outputs/<time>/<time>/.hydra/config.yaml",
        ),
        ("multirun/2026-11-25/14-30-07/0/model.pt", "multirun/<time>/<time>/0/model.pt"),
        (
            "runs/Nov25_14-30-00_pc/events.out.tfevents.1732543200.pc.0",
            "runs/<time>/events.out.tfevents.<time>",
        ),
        ("logs/20261125_143007/log.csv", "logs/<time>/log.csv"),
        ("exp-2026-11-25T14:30:07.123456.json", "exp-<time>.json"),
        ("checkpoint-500/model.bin", "checkpoint-500/model.bin"),
        ("data/mnist_60000_28x28.npz", "data/mnist_60000_28x28.npz"),
        ("lightning_logs/version_0/metrics.csv", "lightning_logs/version_0/metrics.csv"),
    ],
)
def test_a_date_in_a_name_is_not_part_of_it(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def with_products(*runs: Mapping[str, str]) -> Exhibit:
    exhibit = distributed(HONEST)
    first, second, mine = (replace(exhibit.observed, products=products) for products in runs)
    baselines = (
        replace(exhibit.baselines[0], products=first.products),
        replace(exhibit.baselines[1], products=second.products),
    )
    return replace(exhibit, baselines=baselines, observed=mine)


def test_a_folder_named_after_the_time_is_the_same_folder_the_next_time() -> None:
    def at(time: str, digest: str, name: str = "model.pt") -> dict[str, str]:
        return {f"outputs/2026-11-25/{time}/{name}": digest}

    same = with_products(at("14-30-07", "a"), at("14-30-07", "a"), at("14-31-09", "a"))
    assert failing(judge(same)) == ()
    other = with_products(at("14-30-07", "a"), at("14-30-09", "a"), at("14-31-09", "b"))
    assert "has changed" in stopped_by(other, "behaviour")
    gone = with_products(at("14-30-07", "a"), at("14-30-09", "a"), {})
    assert "is not written any more" in stopped_by(gone, "behaviour")
    noted = ".hydra/hydra.yaml"
    itself = with_products(
        at("14-30-07", "a", noted), at("14-30-07", "a", noted), at("14-31-09", "b", noted)
    )
    assert failing(judge(itself)) == ()


def test_files_that_share_a_name_but_for_the_time_only_have_to_be_there() -> None:
    products = {f"log/2026-11-25_14-30-0{n}.txt": str(n) for n in range(3)}
    assert group_products(products) == {"log/<time>.txt": ""}
