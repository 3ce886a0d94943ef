"""The probes of `doctor`."""

from sandbox.runners.probes import probe_sandbox


def test_every_limit_holds_here_and_what_does_not_names_a_way_out() -> None:
    checks = probe_sandbox()
    names = [check.name for check in checks]
    assert names[0] == "bubblewrap"
    assert "process: memory limit" in names
    assert all(bool(check.mend) != check.ok for check in checks if check.name != names[1])
    assert [check for check in checks[1:] if not check.ok] == []
