"""pip's configuration, read without pip."""

from pathlib import Path

import pytest

from sandbox.environments.pip_settings import (
    PipSettings,
    PipSettingsError,
    describe_for_uv,
    list_uv_options,
    read_pip_settings,
)


def make_home(folder: Path, text: str) -> dict[str, str]:
    """Variables that point at a user's pip.conf and at no other of the user's files."""
    (folder / "config" / "pip").mkdir(parents=True)
    (folder / "config" / "pip" / "pip.conf").write_text(text)
    return {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CONFIG_DIRS": str(folder / "xdg"),
    }


def test_a_users_file_is_read_and_variables_win(tmp_path: Path) -> None:
    environ = make_home(
        tmp_path, "[global]\nindex_url = https://a/simple\nproxy = http://p%20x:1\ntimeout = 7\n"
    )
    settings = read_pip_settings(environ | {"PIP_INDEX_URL": "https://b/simple"}, tmp_path)
    assert settings.index_url == "https://b/simple"
    assert settings.proxy == "http://p%20x:1"
    assert settings.timeout_seconds == 7


def test_files_win_from_the_weakest_to_the_strongest(tmp_path: Path) -> None:
    environ = make_home(tmp_path, "[global]\ncert = user\nproxy = user\nclient-cert = user\n")
    (tmp_path / "xdg" / "pip").mkdir(parents=True)
    (tmp_path / "xdg" / "pip" / "pip.conf").write_text("[global]\ncert = all\nconstraint = all\n")
    (tmp_path / "pip.conf").write_text("[global]\nproxy = site\n")
    named = tmp_path / "named.conf"
    named.write_text("[install]\nclient-cert = named\n")
    settings = read_pip_settings(environ | {"PIP_CONFIG_FILE": str(named)}, tmp_path)
    assert (settings.cert, settings.proxy, settings.client_cert) == ("user", "site", "named")
    assert settings.constraints == ("all",)


def test_a_null_configuration_file_turns_all_files_off(tmp_path: Path) -> None:
    environ = make_home(tmp_path, "[global]\nindex-url = https://a/simple\n")
    assert read_pip_settings(environ | {"PIP_CONFIG_FILE": "/dev/null"}, tmp_path) == PipSettings()


def test_lists_span_lines_and_missing_folders_are_passed_over(tmp_path: Path) -> None:
    links = tmp_path / "wheels"
    links.mkdir()
    environ = {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_FIND_LINKS": f"{links.as_uri()} /nowhere/wheels https://example.org/links",
        "PIP_EXTRA_INDEX_URL": "https://a/simple\n  file:///srv/simple",
        "PIP_NO_INDEX": "1",
    }
    settings = read_pip_settings(environ, tmp_path)
    assert settings.find_links == (str(links), "https://example.org/links")
    assert settings.link_folders == (links,)
    assert settings.extra_index_urls == ("https://a/simple", "file:///srv/simple")
    assert settings.no_index


@pytest.mark.parametrize("value", ["0", "false", "no", "off", ""])
def test_no_index_can_be_said_off(tmp_path: Path, value: str) -> None:
    environ = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": value}
    assert not read_pip_settings(environ, tmp_path).no_index


def test_a_broken_file_is_named_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(PipSettingsError, match=r"pip\.conf.*PIP_CONFIG_FILE"):
        read_pip_settings(make_home(tmp_path, "index-url = https://a\n"), tmp_path)


def test_uv_is_told_the_same_and_no_password_is_an_argument() -> None:
    settings = PipSettings(
        index_url="https://me:secret@a/simple",
        extra_index_urls=("https://b/simple",),
        find_links=("/wheels",),
        no_index=True,
        cert="/ca.pem",
        proxy="http://me:secret@p:1",
        trusted_hosts=("a", "b:8080"),
        timeout_seconds=180.0,
    )
    assert describe_for_uv(settings) == {
        "UV_DEFAULT_INDEX": "https://me:secret@a/simple",
        "UV_INDEX": "https://b/simple",
        "SSL_CERT_FILE": "/ca.pem",
        "HTTPS_PROXY": "http://me:secret@p:1",
        "HTTP_PROXY": "http://me:secret@p:1",
        "UV_INSECURE_HOST": "a b:8080",
        "UV_HTTP_TIMEOUT": "180",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    assert list_uv_options(settings) == ("--no-index", "--find-links", "/wheels")


def test_the_digest_follows_what_could_be_fetched(tmp_path: Path) -> None:
    limits = tmp_path / "limits.txt"
    limits.write_text("torch<2\n")
    settings = PipSettings(find_links=(str(tmp_path),), constraints=(str(limits),))
    before = settings.digest()
    assert before == settings.digest()
    limits.write_text("torch<3\n")
    middle = settings.digest()
    (tmp_path / "torch-2.0-py3-none-any.whl").write_bytes(b"")
    assert len({before, middle, settings.digest()}) == 3
