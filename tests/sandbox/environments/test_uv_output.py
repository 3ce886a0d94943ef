"""What uv says becomes sentences."""

import pytest

from sandbox.environments.uv_output import Downloads, explain_failure, has_no_solution


def test_downloads_are_told_with_their_size_until_they_are_there() -> None:
    progress = Downloads()
    assert progress.read("Downloading torch (180.6MiB)") == "downloading torch (180.6MB)"
    assert "torch (180.6MB)" in progress.describe(0)
    assert progress.read(" Downloaded torch") == "downloaded torch"
    assert "torch" not in progress.describe(0)
    assert "12 MB on disk" in progress.describe(12)
    assert progress.read(" + numpy==2.1") == ""
    assert progress.read("Installed 78 packages in 4.1s") == "installed 78 packages in 4.1s"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("error: failed to write: No space left on device (os error 28)", "disk is full"),
        (
            "error: Request failed after 3 retries\n  cause: Failed to fetch: "
            "`https://me:pw@index.test/simple/x/`\n  cause: Connection refused",
            "index.test does not answer",
        ),
        (
            "error: Failed to fetch: `https://index.test/x`\n cause: invalid peer certificate",
            "certificate that is not trusted",
        ),
        (
            "error: No solution found\n  cause: Because nope was not found in the package "
            "registry and you require nope",
            "no package `nope`",
        ),
        (
            "error: No solution found\n cause: Because there is no version of a==9 and you",
            "no version `a==9`",
        ),
        (
            "error: No solution found\n cause: Because torch==1.4.0 has no wheels with a matching",
            "no ready-made wheel of `torch==1.4.0`",
        ),
        (
            "error: No solution found\n cause: Because all versions of gpu-x have no usable wheels",
            "no ready-made wheel of `gpu-x`",
        ),
        (
            "error: No solution found when resolving\n cause: Because you require a>2 and a<1, we "
            "can conclude.\n\nhint: try harder",
            "exclude each other: Because you require a>2 and a<1, we can conclude.",
        ),
        ("error: something quite new", "cannot be built: something quite new"),
    ],
)
def test_a_failure_is_told_in_words(said: str, told: str) -> None:
    message = explain_failure(said.split("\n"))
    assert told in message
    assert "pw@" not in message
    assert "try harder" not in message
    assert len(message) < 500


def test_only_versions_that_exclude_each_other_have_no_solution() -> None:
    assert has_no_solution(["error: No solution found when resolving"])
    assert not has_no_solution(["error: Request failed"])
