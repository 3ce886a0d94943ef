"""`mlgraft --help` answers at once: it imports no engine."""

import subprocess
import sys

ENGINES = frozenset(
    {
        "libcst",
        "griffe",
        "pydantic",
        "rich",
        "asyncio",
        "agents",
        "knowledge",
        "sandbox",
        "evals",
        "llama_index",
        "openai",
        "docker",
        "gradio",
        "sqlite3",
        "uv",
    }
)

PROBE = """
import sys
from ui.cli import main
try:
    main(["--help"], prog_name="mlgraft")
except SystemExit as end:
    assert end.code == 0, end.code
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def test_help_imports_no_engine() -> None:
    done = subprocess.run(  # our own interpreter and our own text
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
    )
    assert "Graft MLOps onto training code" in done.stdout
    imported = set(done.stderr.split())
    assert "click" in imported
    assert imported & ENGINES == set()
