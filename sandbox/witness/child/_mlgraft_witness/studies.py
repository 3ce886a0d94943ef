"""What hyperparameter searches do inside the run: when each trial began, and what came of it.

Most tuned scripts keep their study in memory, so that nothing of it is left on disk.
"""

import functools
import json
from contextlib import suppress

_LONGEST = 100_000


def study_arrivals(record, depth):
    """Actions on Optuna and Hyperopt once they are imported.

    `depth` counts as inside a library: what a sampler computes is not what the script computes.
    """

    def note(call, component, study, number, **fields):
        text = json.dumps(fields, separators=(",", ":"), default=repr)
        if len(text) > _LONGEST:
            text = "{}"
        record(None, "study", call, component, str(study)[:500], int(number), text)

    return {**_optuna_actions(note, depth), "hyperopt.base": _hyperopt_action(note)}


def _optuna_actions(note, depth):
    def note_ask(trial, study, *_, **__):
        names = [direction.name for direction in study.directions]
        note("ask", "optuna", study.study_name, trial.number, directions=names)

    def note_tell(_, study, trial, *__, **___):
        storage = study._storage  # noqa: SLF001 - the public ways copy every trial each time
        if isinstance(trial, int):
            place = storage.get_trial_id_from_study_id_trial_number(study._study_id, trial)  # noqa: SLF001
        else:
            place = trial._trial_id  # noqa: SLF001
        frozen = storage.get_trial(place)
        note("tell", "optuna", study.study_name, frozen.number, **_read_frozen(frozen))

    def note_added(_, study, trial, *__, **___):
        if trial.state.is_finished():
            number = len(study.get_trials(deepcopy=False)) - 1
            note("add", "optuna", study.study_name, number, **_read_frozen(trial))

    def wrap_tell(module):
        # `tell` and `optimize` both end here.
        original = module._tell_with_warning  # noqa: SLF001
        module._tell_with_warning = _follow(original, note_tell, depth)  # noqa: SLF001

    def wrap_study(module):
        module.Study.ask = _follow(module.Study.ask, note_ask, depth)
        module.Study.add_trial = _follow(module.Study.add_trial, note_added, depth)

    return {"optuna.study._tell": wrap_tell, "optuna.study.study": wrap_study}


def _follow(original, after, depth):
    @functools.wraps(original)
    def call(*args, **kwargs):
        value = None
        depth.count += 1
        try:
            value = original(*args, **kwargs)
        finally:
            # Also where telling raises: the trial has its state by then.
            depth.count -= 1
            with suppress(Exception):
                after(value, *args, **kwargs)
        return value

    return call


def _hyperopt_action(note):
    def wrap_domain(module):
        original = module.Domain.evaluate

        @functools.wraps(original)
        def evaluate(domain, config, ctrl, *args, **kwargs):
            study, number, result = id(ctrl.trials), -1, None
            with suppress(Exception):
                number = ctrl.current_trial["tid"]
                note("ask", "hyperopt", study, number, directions=["MINIMIZE"])
            try:
                result = original(domain, config, ctrl, *args, **kwargs)
            finally:
                with suppress(Exception):
                    fields = _read_evaluated(domain, ctrl, result)
                    note("tell", "hyperopt", study, number, **fields)
            return result

        module.Domain.evaluate = evaluate

    return wrap_domain


def _read_evaluated(domain, ctrl, result):
    drawn = ctrl.current_trial["misc"]["vals"]
    loss = result.get("loss") if result else None
    return {
        "state": str(result.get("status")) if result else "error",
        "params": {str(name): float(found[0]) for name, found in drawn.items() if len(found)},
        "values": [] if loss is None else [float(loss)],
        "distributions": _read_space(domain),
    }


def _read_frozen(frozen):
    spaces = frozen.distributions
    return {
        "state": frozen.state.name,
        # As Optuna's storages keep them: a choice by its place.
        "params": {
            name: float(spaces[name].to_internal_repr(value))
            for name, value in frozen.params.items()
        },
        "values": [float(value) for value in frozen.values or ()],
        "distributions": {name: _read_distribution(space) for name, space in spaces.items()},
    }


def _read_distribution(space):
    fields = dict(vars(space))
    names = ("low", "high", "log", "step", "choices")
    found = {name: fields[name] for name in names if name in fields}
    return {"name": type(space).__name__, "attributes": found}


def _read_space(domain):
    """Label -> what Hyperopt draws it from, with the numbers it was given."""
    choices = {}
    stack, known = [domain.expr], set()
    while stack:
        node = stack.pop()
        if id(node) in known:
            continue
        known.add(id(node))
        stack.extend(node.inputs())
        if node.name == "switch" and node.pos_args[0].name == "hyperopt_param":
            label = node.pos_args[0].arg["label"].obj
            choices[label] = [_read_option(part) for part in node.pos_args[1:]]
    found = {}
    for label, node in domain.params.items():
        numbers = [_read_option(part)[0] for part in node.pos_args]
        named = {name: _read_option(part)[0] for name, part in node.named_args}
        attributes = {"numbers": numbers, "named": named}
        if label in choices:
            attributes["choices"] = [option for option, _ in choices[label]]
            # Spaces of their own, and objects: nobody can name them in a text.
            attributes["nested"] = sum(not plain for _, plain in choices[label])
        found[str(label)] = {"name": node.name, "attributes": attributes}
    return found


def _read_option(part):
    """A plain value, and that it is one; nothing for a space or an object."""
    held = getattr(part, "_obj", part)
    with suppress(Exception):
        held = held.item()
    plain = held is None or isinstance(held, (str, int, float))
    return (held if plain else None), plain
