"""Whether a container engine answers, without asking for long."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.runner import SandboxError
from sandbox.runners.container import ContainerRunner, find_engine
from tests.sandbox.runners.running import make_trial


@contextmanager
def serve(path: Path, answer: bytes | None) -> Iterator[str]:
    """One connection at a time gets the answer, or silence."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def reply() -> None:
            line, _ = server.accept()
            with line:
                line.recv(1000)
                if answer is None:
                    line.recv(1000)  # until the other side gives up
                else:
                    line.sendall(answer)

        thread = threading.Thread(target=reply)
        thread.start()
        yield f"unix://{path}"
        thread.join()


def test_an_engine_that_answers_is_found(tmp_path: Path) -> None:
    with serve(tmp_path / "s", b"HTTP/1.1 200 OK\r\n\r\nOK") as address:
        assert find_engine(address) == address


@pytest.mark.parametrize("answer", [b"SSH-2.0-x\r\n", b"", None])
def test_something_else_is_no_engine(tmp_path: Path, answer: bytes | None) -> None:
    with serve(tmp_path / "s", answer) as address:
        assert find_engine(address) is None


@pytest.mark.parametrize(
    "address",
    ["unix:///nowhere", "unix:///etc/passwd", "tcp://127.0.0.1:1", "ssh://x", "tcp://a:b"],
)
def test_an_address_without_engine_is_no_error(address: str) -> None:
    assert find_engine(address) is None


def test_the_address_may_be_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path / "s", b"HTTP/1.0 200 OK\r\n\r\n") as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        assert find_engine() == address


async def test_the_container_runner_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="use --sandbox bubblewrap"):
        await ContainerRunner().run(make_trial(tmp_path, ""))
