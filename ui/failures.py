"""Exit codes, and the one or two sentences that stand for every error."""

import json
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import click

from agents.delivery import DeliveryError
from agents.intake import IntakeError
from agents.journal import JournalError
from agents.records import Outcome
from agents.settings import SettingsError
from agents.view import View, to_answer, to_judgement
from sandbox.runner import SandboxError

USAGE, ENVIRONMENT, STOPPED = 2, 3, 130

EXIT_CODES: Mapping[Outcome, int] = {
    "accepted": 0,
    "not_accepted": 1,
    "refused": 1,
    "error": ENVIRONMENT,
    "budget": 4,
    "stopped": STOPPED,
}


def guard(options: Mapping[str, Any], work: Callable[[], int]) -> int:
    """Run a command; an error it foresees becomes a sentence on stderr and an exit code."""
    try:
        return work()
    except (IntakeError, SettingsError) as error:
        return _say(options, error, USAGE)
    except (JournalError, SandboxError) as error:
        return _say(options, error, ENVIRONMENT)
    except DeliveryError as error:
        return _say(options, error, 1)
    except KeyboardInterrupt:
        click.echo("Stopped. Nothing was changed.", err=True)
        return STOPPED
    except BrokenPipeError:
        # The reader of our output has gone: there is nobody left to tell.
        sys.stderr.close()
        return 1


def _say(options: Mapping[str, Any], error: Exception, code: int) -> int:
    if options.get("debug"):
        traceback.print_exception(error)
    if options.get("as_json"):
        if "functionality" in options:
            answer = dict(to_judgement(View(), outcome="error", reason=str(error)))
        else:
            answer = {**to_answer(View(), outcome="error"), "summary": str(error)}
        click.echo(json.dumps(answer, indent=2))
    click.echo(f"mlgraft: {error}", err=True)
    return code
