"""The bootstrap comes by uv: from a folder, or from an index served here."""

import hashlib
import http.server
import json
import platform
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from requirements.fetching import (
    FetchError,
    download,
    fits_machine,
    make_request,
    obtain_uv,
    unpack,
)
from sandbox.environments.pip_settings import PipSettings

WHEEL = (
    f"uv-9.9.9-py3-none-manylinux_2_17_{platform.machine()}.musllinux_1_1_{platform.machine()}.whl"
)


def make_wheel(folder: Path) -> Path:
    """A wheel whose program says a version."""
    path = folder / WHEEL
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("uv-9.9.9.data/scripts/uv", "#!/bin/sh\necho uv 9.9.9\n")
    return path


def make_lock(folder: Path, wheel: Path) -> Path:
    lock = folder / "base.txt"
    good = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock.write_text(
        f"rich==1 \\\n    --hash=sha256:{'1' * 64}\nuv==9.9.9 \\\n"
        f"    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{good}\n    # via x\n"
    )
    return lock


@pytest.fixture(params=["json", "html"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A package index on this machine, in one of the two forms that there are."""
    content = make_wheel(tmp_path).read_bytes()
    names = ["uv-9.9.9-py3-none-win_amd64.whl", WHEEL]
    if request.param == "json":
        kind = "application/vnd.pypi.simple.v1+json"
        page = json.dumps({"files": [{"url": f"../../files/{name}"} for name in names]})
    else:
        kind = "text/html"
        page = "".join(f'<a href="../../files/{name}#sha256=0">{name}</a>' for name in names)

    class Index(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers = {"/simple/uv/": (kind, page.encode()), f"/files/{WHEEL}": ("x/y", content)}
            found = answers.get(self.path)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", found[0] if found else "text/plain")
            self.end_headers()
            self.wfile.write(found[1] if found else b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/simple"
        server.shutdown()
        thread.join()


def test_the_wheel_for_this_machine_is_downloaded(index: str, tmp_path: Path) -> None:
    folder = tmp_path / "bootstrap"
    folder.mkdir()
    said: list[str] = []
    wheel = download(index, "uv-9.9.9-", folder, PipSettings(), said.append)
    assert wheel.read_bytes() == (tmp_path / WHEEL).read_bytes()
    assert any(WHEEL in line for line in said)


def test_an_index_without_the_version_says_so(index: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"has no uv-8\.8\.8-"):
        download(index, "uv-8.8.8-", tmp_path, PipSettings(), print)


def test_a_wheel_in_a_configured_folder_is_taken_if_its_hash_is_locked(tmp_path: Path) -> None:
    links = tmp_path / "links"
    links.mkdir()
    lock = make_lock(tmp_path, make_wheel(links))
    settings = PipSettings(find_links=(str(links),), no_index=True)
    program = Path(unpack(links / WHEEL, tmp_path))
    assert program.stat().st_mode & 0o111
    found = obtain_uv(lock, tmp_path / ".venv" / "bootstrap", settings, print)
    assert Path(found).name == "uv"


def test_a_file_that_the_lock_does_not_name_is_refused_and_removed(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path)
    with pytest.raises(FetchError, match="not the file that the lock names"):
        unpack(wheel, tmp_path, frozenset({"0" * 64}))
    assert not wheel.exists()


def test_a_password_goes_to_the_indexs_own_host_only() -> None:
    index = "https://me:p%40ss@index.test/simple"
    own = make_request(f"{index}/uv/", index)
    assert own.full_url == "https://index.test/simple/uv/"
    assert own.get_header("Authorization") == "Basic bWU6cEBzcw=="
    assert not make_request("https://files.test/uv.whl", index).has_header("Authorization")


def test_an_index_cannot_send_us_to_a_file(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="no web address"):
        make_request((tmp_path / "x.whl").as_uri(), "https://index.test/simple")


def test_wheels_of_other_machines_do_not_fit() -> None:
    assert fits_machine(WHEEL)
    assert not fits_machine("uv-9.9.9-py3-none-win_amd64.whl")
    assert not fits_machine("uv-9.9.9-py3-none-manylinux_2_17_s390x.whl")
