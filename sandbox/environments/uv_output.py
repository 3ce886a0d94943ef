"""What uv says, in sentences for people: its progress and its failures."""

import re
import time

KEPT_CHARACTERS = 300

PROGRESS = (
    (r"\s*Downloading (\S+) \(([^)]+)\)", "downloading {} ({})"),
    (r"\s*Downloaded (\S+)", "downloaded {}"),
    (r"Resolved (\d+) packages? in (.+)", "resolved {} packages in {}"),
    (r"Prepared (\d+) packages? in (.+)", "fetched {} packages in {}"),
    (r"Installed (\d+) packages? in (.+)", "installed {} packages in {}"),
)
WAY_OUT = "or name a ready environment with `--python PATH`"
FAILURES = (
    (
        r"No space left|os error 28",
        "The disk is full. Make room, or move the cache to a larger disk, and try again.",
    ),
    (
        r"://([^/\s)`]+).*certificate",
        "The package index {} shows a certificate that is not trusted. Set pip's `cert` to the "
        f"bundle that holds your network's certificate, {WAY_OUT}.",
    ),
    (
        r"(?:Failed to fetch|error sending request|Request failed|timed? ?out).*?://([^/\s)`]+)",
        "The package index {} does not answer. An environment that was not built before needs it: "
        f"check the network and pip's settings (index-url, proxy, cert), {WAY_OUT}.",
    ),
    (
        r"([\w.\[\]-]+) was not found in the (?:package registry|cache|provided)",
        "There is no package `{}` where packages are looked for. Check its name (`--with`, "
        "requirements.txt) and pip's settings (index-url, find-links, no-index).",
    ),
    (
        r"there (?:is no version|are no versions) of ([^\s,]+)",
        "There is no version `{}` where packages are looked for. Ask for another one with "
        "`--with DIST==VERSION`.",
    ),
    (
        r"(?:all versions of )?([\w.-]+(?:==[\w.+!-]+)?) has no (?:usable )?wheels",
        "There is no ready-made wheel of `{}` for this Python and machine, and nothing is compiled "
        f"here. Ask for another version with `--with DIST==VERSION`, {WAY_OUT}.",
    ),
    (
        r"all versions of ([\w.-]+) have no usable wheels",
        "There is no ready-made wheel of `{}` for this Python and machine, and nothing is compiled "
        "here. Name a ready environment with `--python PATH`.",
    ),
    (
        r"No solution found.*?cause: (.+?)(?: hint: .*)?$",
        "The versions asked for exclude each other: {} Ask for others with `--with DIST==VERSION`.",
    ),
)


class Downloads:
    """What uv has said about its downloads so far."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.pending: dict[str, str] = {}

    def read(self, line: str) -> str:
        """Turn one line of uv's output into a sentence; empty where it is of no interest."""
        for pattern, sentence in PROGRESS:
            match = re.match(pattern, line)
            if match:
                if sentence.startswith("downloading"):
                    self.pending[match[1]] = match[2]
                elif sentence.startswith("downloaded"):
                    self.pending.pop(match[1], None)
                return sentence.format(*match.groups()).replace("iB", "B")
        return ""

    def describe(self, mib: float) -> str:
        """Say what is going on when uv is silent; `mib` is what the folder holds so far."""
        doing = "working"
        if self.pending:
            named = [f"{name} ({size})".replace("iB", "B") for name, size in self.pending.items()]
            more = f" and {len(named) - 3} more" if len(named) > 3 else ""
            doing = f"downloading {', '.join(named[:3])}{more}"
        elif mib >= 1:
            doing = f"installing, {mib:.0f} MB on disk so far"
        return f"{doing}, {time.monotonic() - self.started:.0f} s"


def has_no_solution(lines: list[str]) -> bool:
    """Whether uv failed over versions, not over the network or the disk."""
    return any("No solution found" in line for line in lines)


def explain_failure(lines: list[str]) -> str:
    """Say in one or two sentences why uv failed."""
    text = hide_secrets(" ".join(" ".join(lines).split()))
    for pattern, sentence in FAILURES:
        match = re.search(pattern, text)
        if match:
            return sentence.format(*(cut(group) for group in match.groups()))
    return f"The environment cannot be built: {cut(text.split('error: ', 1)[-1])}"


def cut(text: str) -> str:
    """Keep what can be read at a glance."""
    if len(text) <= KEPT_CHARACTERS:
        return text
    return text[: KEPT_CHARACTERS - 2].rsplit(" ", 1)[0] + " …"


def hide_secrets(text: str) -> str:
    """Take the user and password out of addresses."""
    return re.sub(r"(://)[^/\s@]+@", r"\1", text)
