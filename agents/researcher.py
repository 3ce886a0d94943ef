"""Plan -> Evidence: cites every API a candidate calls from the version that will run it."""

from collections.abc import Iterator
from pathlib import Path

from agents.records import Candidate, Evidence, Prepared
from knowledge.library import Library


def gather_evidence(
    candidate: Candidate, prepared: Prepared, library: Library
) -> Iterator[Evidence]:
    """Look up the names a candidate calls. A name that is not found has no evidence."""
    site_packages = tuple(Path(folder) for folder in prepared.site_packages)
    for symbol in library.cite(site_packages, tuple(dict.fromkeys(candidate.calls))):
        yield Evidence(
            name=symbol.name,
            package=symbol.package,
            version=symbol.version,
            file=symbol.file,
            line=symbol.line,
            signature=symbol.signature,
            summary=symbol.summary,
        )
