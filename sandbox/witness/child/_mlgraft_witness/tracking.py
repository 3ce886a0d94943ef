"""What reaches the client of the tracking component."""

import functools
import time

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

    return {_CLIENT: wrap_client}


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
        finally:
            depth.sending = False
            depth.count -= 1
        seconds = time.perf_counter() - started
        try:
            for run, key, number, step in read(args, kwargs, value):
                record(None, "sent", name, run, key, number, step, seconds)
        except Exception:  # noqa: BLE001, S110 - another signature is not the program's fault
            pass
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


_READERS = {
    "create_run": _read_run,
    "log_metric": _read_metric,
    "log_batch": _read_batch,
    "log_param": _read_key,
    "log_artifact": _read_path,
    "log_artifacts": _read_path,
    "set_terminated": _read_end,
}
