"""Puts an accepted candidate into the user's files: all of it, or nothing."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

BOM = b"\xef\xbb\xbf"


class DeliveryError(Exception):
    """The files are not as the run found them; nothing was changed."""


def deliver(original: Path, root: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Write `files` below `root`, if each still is what lies below `original`.

    Returns the names changed; none where the files already are as the candidate has them.
    Raises DeliveryError. Modes, byte-order marks and links are kept.
    """
    staged: list[tuple[Path, bytes]] = []
    for name, text in sorted(files.items()):
        target = (root / name).resolve()
        try:
            before, now = (original / name).read_bytes(), target.read_bytes()
        except OSError as error:
            raise DeliveryError(
                f"{target} cannot be read: {error.strerror}. Nothing was changed."
            ) from error
        after = (BOM if before.startswith(BOM) else b"") + text.encode()
        if now == after:
            continue
        if now != before:
            raise DeliveryError(
                f"{name} has changed since the run, so the patch was proved on other code. "
                "Nothing was changed; run mlgraft again."
            )
        staged.append((target, after))
    asides: list[tuple[Path, Path]] = []
    try:
        for target, content in staged:
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
                asides.append((Path(file.name), target))
                file.write(content)
            shutil.copymode(target, file.name)
        for aside, target in asides:
            aside.replace(target)
    except OSError as error:
        raise DeliveryError(f"The files cannot be written: {error.strerror}.") from error
    finally:
        for aside, _ in asides:
            aside.unlink(missing_ok=True)
    return tuple(sorted(target.name for target, _ in staged))
