"""A stand-in for MLflow in tests without a network: the same calls, tables and client methods."""

import atexit

from mlflow.tracking._tracking_service.client import TrackingServiceClient

_ACTIVE = {}


def start_run(run_name=None):
    client = TrackingServiceClient()
    run = client.create_run("0", run_name=run_name)
    _ACTIVE.update(client=client, id=run.info.run_id)
    atexit.register(end_run)
    return _Active()


def active_run():
    return _Active() if _ACTIVE else None


def end_run():
    if _ACTIVE:
        _ACTIVE["client"].set_terminated(_ACTIVE["id"], "FINISHED")
        _ACTIVE.clear()


def log_params(params):
    for key, value in params.items():
        _ACTIVE["client"].log_param(_ACTIVE["id"], key, value)


def log_param(key, value):
    log_params({key: value})


def log_metric(key, value, step=None):
    _ACTIVE["client"].log_metric(_ACTIVE["id"], key, value, step=step)


class _Active:
    def __enter__(self):
        return self

    def __exit__(self, *failure):
        end_run()
