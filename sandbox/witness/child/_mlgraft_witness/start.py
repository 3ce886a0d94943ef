"""Reads what the host asked for, forgets how it was asked, and lays out the witness."""

import atexit
import builtins
import os
import sys
from contextlib import suppress

from _mlgraft_witness.arrivals import await_modules
from _mlgraft_witness.asking import ask_plain, probe_arrivals
from _mlgraft_witness.callers import open_callers
from _mlgraft_witness.compressing import compressing_arrivals
from _mlgraft_witness.handouts import open_handouts
from _mlgraft_witness.hiding import hide_packages
from _mlgraft_witness.importlib_bootstrap_calls import open_calls
from _mlgraft_witness.keras_logs import keras_arrivals
from _mlgraft_witness.ledger import open_ledger
from _mlgraft_witness.lightgbm_logs import lightgbm_arrivals
from _mlgraft_witness.lightning_logs import lightning_arrivals
from _mlgraft_witness.probes import open_probes
from _mlgraft_witness.processes import DOOR_VARIABLE, MODE_VARIABLE, follow_processes
from _mlgraft_witness.scikit import scikit_arrivals
from _mlgraft_witness.script import EXPRESSION_CALL, hand_back, open_expressions
from _mlgraft_witness.seeds import seed_arrivals
from _mlgraft_witness.studies import study_arrivals
from _mlgraft_witness.torches import torch_arrivals
from _mlgraft_witness.torchmetrics_values import torchmetrics_arrivals
from _mlgraft_witness.tracking import tracking_arrivals
from _mlgraft_witness.transformers_logs import transformers_arrivals
from _mlgraft_witness.values import open_values
from _mlgraft_witness.xgboost_logs import xgboost_arrivals


def start_witness():
    """Install everything that the environment asks for; without it only the expression call."""
    # First of all: instrumented files call it in every process, witnessed or not.
    setattr(builtins, EXPRESSION_CALL, hand_back)
    door = os.environ.pop(DOOR_VARIABLE, "")
    mode = os.environ.pop(MODE_VARIABLE, "")
    seed, nudge, hidden = _read_mode(mode)
    if hidden:
        hide_packages(hidden)
    arrivals = {}
    if seed is not None:
        _add(arrivals, seed_arrivals(seed))
    _print_whole_lines()
    opened = open_ledger(door) if door else None
    if opened is not None:
        ledger, work = opened
        record = ledger.record
        own = os.path.dirname(os.path.abspath(__file__))
        find_caller, find_direct, find_outer = open_callers(work, own)
        values = open_values(nudge)
        calls = open_calls(find_caller, values, record)
        handouts = open_handouts(find_outer, values, record)
        expressions = open_expressions(find_direct, values, record, calls.depth)
        setattr(builtins, EXPRESSION_CALL, expressions)
        _add(arrivals, scikit_arrivals(calls))
        _add(arrivals, torch_arrivals(calls, values, find_direct))
        _add(arrivals, torchmetrics_arrivals(calls))
        _add(arrivals, keras_arrivals(calls, handouts))
        _add(arrivals, xgboost_arrivals(handouts))
        _add(arrivals, lightgbm_arrivals(handouts))
        _add(arrivals, lightning_arrivals(calls, handouts))
        _add(arrivals, transformers_arrivals(handouts))
        _add(arrivals, tracking_arrivals(record, calls.depth))
        _add(arrivals, study_arrivals(record, calls.depth))
        follow_processes(ledger, mode, os.path.dirname(own), work)
        probes = open_probes(record)
        _add(arrivals, compressing_arrivals(record, probes))
        _add(arrivals, probe_arrivals(probes, calls, find_direct))
        atexit.register(ledger.finish)
        # Called before it: the last registered comes first.
        atexit.register(probes.tell)
        atexit.register(probes.ask_owed, ask_plain)
    if arrivals:
        sys.meta_path.insert(0, await_modules(arrivals))


def _print_whole_lines():
    """Unbuffered, the end of a line is written by itself: two processes would mix their lines."""
    with suppress(Exception):
        if sys.stdout.write_through:
            sys.stdout.reconfigure(write_through=False, line_buffering=True)


def _read_mode(text):
    words = dict(word.split("=", 1) for word in text.split(",") if "=" in word)
    seed = int(words["seed"]) if "seed" in words else None
    return seed, words.get("nudge") == "1", words["hide"].split("+") if "hide" in words else ()


def _add(arrivals, more):
    for name, action in more.items():
        arrivals.setdefault(name, []).append(action)
