"""Has a package look as if it were not installed: for a control run without the target.

Frameworks ask in three ways whether a tracker is there: they import it, look for its spec, or
read what its distribution says of itself.
"""

from importlib.machinery import PathFinder


def hide_packages(names):
    """From now on nothing of these top-level packages is found on the import path."""
    hidden = frozenset(names)
    find_spec = PathFinder.find_spec
    find_distributions = PathFinder.find_distributions

    def look(_, name, path=None, target=None):
        # None, not an error: whoever looks for a spec expects one or none.
        return None if name.partition(".")[0] in hidden else find_spec(name, path, target)

    def is_hidden(name):
        plain = (name or "").lower().replace("_", "-").replace(".", "-")
        # `mlflow-skinny` is the same package under another name.
        return any(plain == one or plain.startswith(one + "-") for one in hidden)

    def list_distributions(_, *args, **kwargs):
        context = args[0] if args else kwargs.get("context")
        wanted = getattr(context, "name", None)
        if wanted is not None:
            return [] if is_hidden(wanted) else find_distributions(*args, **kwargs)
        return (
            found
            for found in find_distributions(*args, **kwargs)
            if not is_hidden(found.metadata["Name"])
        )

    PathFinder.find_spec = classmethod(look)
    PathFinder.find_distributions = classmethod(list_distributions)
