"""What reaches the client of the tracking component."""

import functools
import time
from contextlib import suppress

_RUN = "wandb.sdk.wandb_run"
_SUMMARY = "wandb.sdk.wandb_summary"
_CLIENT = "mlflow.tracking._tracking_service.client"
_METHODS = (
    "create_run",
    "log_metric",
    "log_batch",
    "log_param",
    "log_artifact",
    "log_artifacts",
    "set_terminated",
)


def tracking_arrivals(record, depth):
    """Actions on the client's module once it is imported.

    `depth` counts as inside a library: what the client reads is not what the script computes.
    """

    def wrap_client(module):
        client = module.TrackingServiceClient
        for name in _METHODS:
            original = vars(client).get(name)
            if original is not None:
                setattr(client, name, _wrap_sending(original, name, record, depth))

    def wrap_run(module):
        _wrap_method(module.Run, "_log", "wandb_log", record, depth)

    def wrap_summary(module):
        # What the script sets reaches `update` of whichever part of the summary it holds.
        _wrap_method(module.SummaryDict, "update", "wandb_summary", record, depth)

    return {_CLIENT: wrap_client, _RUN: wrap_run, _SUMMARY: wrap_summary}


def _wrap_method(owner, method, name, record, depth):
    original = vars(owner).get(method)
    if original is not None:
        setattr(owner, method, _wrap_sending(original, name, record, depth))


def _wrap_sending(original, name, record, depth):
    read = _READERS[name]

    @functools.wraps(original)
    def call(*args, **kwargs):
        if depth.sending:
            # One call often delegates to another.
            return original(*args, **kwargs)
        depth.sending = True
        depth.count += 1
        started = time.perf_counter()
        try:
            value = original(*args, **kwargs)
            seconds = time.perf_counter() - started
            # Still inside a library: reading a number out of a tensor is none of the script's.
            with suppress(Exception):  # another signature is not the program's fault
                for run, key, number, step in read(args, kwargs, value):
                    record(None, "sent", name, run, key, number, step, seconds)
        finally:
            depth.sending = False
            depth.count -= 1
        return value

    return call


def _argument(args, kwargs, position, name, default=None):
    return args[position] if len(args) > position else kwargs.get(name, default)


def _read_run(args, kwargs, value):
    return [(value.info.run_id, "", None, None)]


def _read_metric(args, kwargs, value):
    run = _argument(args, kwargs, 1, "run_id", "")
    key = _argument(args, kwargs, 2, "key", "")
    number = _argument(args, kwargs, 3, "value")
    step = _argument(args, kwargs, 5, "step")
    return [(run, key, float(number), int(step or 0))]


def _read_batch(args, kwargs, value):
    run = _argument(args, kwargs, 1, "run_id", "")
    metrics = _argument(args, kwargs, 2, "metrics", ()) or ()
    params = _argument(args, kwargs, 3, "params", ()) or ()
    found = [(run, point.key, float(point.value), int(point.step or 0)) for point in metrics]
    return found + [(run, param.key, None, None) for param in params]


def _read_key(args, kwargs, value):
    run = _argument(args, kwargs, 1, "run_id", "")
    key = _argument(args, kwargs, 2, "key", "")
    return [(run, str(key), None, None)]


def _read_path(args, kwargs, value):
    run = _argument(args, kwargs, 1, "run_id", "")
    path = _argument(args, kwargs, 3, "artifact_path", "") or ""
    return [(run, str(path), None, None)]


def _read_end(args, kwargs, value):
    run = _argument(args, kwargs, 1, "run_id", "")
    return [(run, str(_argument(args, kwargs, 2, "status", "") or ""), None, None)]


def _read_row(args, kwargs, value):
    run = str(getattr(args[0], "id", "") or "")
    step = _argument(args, kwargs, 2, "step")
    step = None if step is None else int(step)
    data = _argument(args, kwargs, 1, "data", {})
    return [(run, key, number, step) for key, number in _list_numbers("", data, 0)]


def _read_summary(args, kwargs, value):
    data = _argument(args, kwargs, 1, "d", {})
    return [("", key, number, None) for key, number in _list_numbers(_find_path(args[0]), data, 0)]


def _find_path(part):
    """The keys above a part of a summary, as W&B joins them."""
    path = ""
    while "_parent_key" in vars(part):
        path = vars(part)["_parent_key"] + "." + path
        part = vars(part)["_parent"]
    return path


def _list_numbers(prefix, data, level):
    """Numbers by their keys, those of nested dictionaries joined; what is no number is left out."""
    found = []
    for key, leaf in list(data.items()):
        if isinstance(leaf, dict):
            if level < _DEEPEST:
                found += _list_numbers(prefix + str(key) + ".", leaf, level + 1)
            continue
        if isinstance(leaf, (str, bytes, list, tuple)):
            continue
        with suppress(Exception):  # pictures and tables are no numbers
            found.append((prefix + str(key), float(leaf)))
    return found


_DEEPEST = 20
_READERS = {
    "wandb_log": _read_row,
    "wandb_summary": _read_summary,
    "create_run": _read_run,
    "log_metric": _read_metric,
    "log_batch": _read_batch,
    "log_param": _read_key,
    "log_artifact": _read_path,
    "log_artifacts": _read_path,
    "set_terminated": _read_end,
}
