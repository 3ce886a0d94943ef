"""An empty store of a component, made once for each environment and copied from then on."""

import tempfile
from pathlib import Path

from agents.records import Prepared
from sandbox.oracle import Oracle
from sandbox.runner import Runner
from sandbox.trial import Trial


async def make_template(
    oracle: Oracle, prepared: Prepared, runner: Runner, cache: Path
) -> Path | None:
    """Have the environment's own component make an empty store once, to be copied from then on.

    None where that fails: then every attempt makes its own, which costs CPU seconds only.
    """
    script = oracle.template_script()
    if not script:
        return None
    template = cache / "templates" / f"{prepared.fingerprint}-{oracle.component}"
    if template.exists():
        return template
    template.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=template.parent) as scratch:
        work = Path(scratch) / "work"
        work.mkdir()
        attempt = await runner.run(
            Trial(
                command=("python", "-c", script, "template"),
                folder=work,
                python=Path(prepared.python),
                readable=tuple(map(Path, prepared.readable)),
                variables=oracle.variables(runner.work_folder(work)),
                import_path=tuple(map(Path, prepared.import_path)),
                trusted=True,
            )
        )
        made = work / "template"
        if attempt.status != "ok" or not made.is_file():
            return None
        made.replace(template)
    return template
