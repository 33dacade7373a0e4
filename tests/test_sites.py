"""`onboarding sites`: departments are described in a file, and told what to put on their pages."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from onboarding import cli
from onboarding.accounts import sites
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.portal.portlets import PORTLETS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def environ(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works on the same installation."""
    for known in ("database_url", "secret_key", "data_keys", "index_key", "instance", "mode"):
        monkeypatch.setenv(f"ONBOARDING_{known.upper()}", str(getattr(settings, known)))


def test_sites_are_described_and_what_to_embed_is_printed(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text('[portal]\nvisits_before = 4_417_212\n[so-y-te]\ntitle = "Sở Y tế"\n')
    told = CliRunner().invoke(cli.main, ["sites", "load", str(file)])
    assert told.output == "portal: http://127.0.0.1:8000/\nso-y-te: http://127.0.0.1:8000/sites/so-y-te\n"
    assert app.test_client().get("/sites/so-y-te").status_code == 200
    lines = CliRunner().invoke(cli.main, ["sites", "portlets", "so-y-te"]).output.splitlines()
    assert len(lines) == len(PORTLETS)
    src = 'src="http://127.0.0.1:8000/sites/so-y-te/portlet/embed.js"'
    assert CliRunner().invoke(cli.main, ["sites", "portlets", "so-x"]).output == "Error: there is no site so-x\n"
    assert lines[2].startswith(f'<script async {src} data-portlet="tally" title="Mọi người trả lời thế nào"')


@pytest.mark.parametrize("text", ["[so-y-te]\ncolours = { brand = 'red' }", "[so-y-te", "[[so-y-te]]"])
def test_of_a_file_that_is_wrong_nothing_is_taken(database: Database, tmp_path: Path, text: str) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(f"[portal]\ntitle = 'Sở'\n{text}\n")
    told = CliRunner().invoke(cli.main, ["sites", "load", str(file)])
    assert told.exit_code == 1
    assert told.output.startswith("Error: ")
    with database.transaction(write=False) as db:
        assert sites.every(db)["portal"].title is None
