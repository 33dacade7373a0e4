"""A portal in production behind https, and visitors who come to it as browsers do."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from onboarding import create_app
from onboarding.config import Settings
from tests.clock import MovableClock
from tests.machine import quick_folder
from tests.machine.visitor import Visitor

HOST = "dichvucong.example.vn"
ORIGIN = f"https://{HOST}"


class Browser(Visitor):
    """A browser on the https portal: it says with every POST which page sent it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", ORIGIN)
        if kwargs.get("method") == "POST":
            kwargs.setdefault("headers", {"Origin": ORIGIN})
        return super().open(*args, **kwargs)


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_template: Path) -> Iterator[str]:
    """SQLite alone: what is shown here never reaches a database, or is the same on both."""
    with quick_folder() as folder:
        shutil.copy(sqlite_template, folder / "onboarding.db")
        yield f"sqlite:///{folder / 'onboarding.db'}"


@pytest.fixture
def production(settings: Settings, clock: MovableClock, tmp_path: Path) -> Iterator[Flask]:
    """The same portal in production mode."""
    file = str(tmp_path / "messages.jsonl")
    app = create_app(
        replace(settings, mode="production", public_url=ORIGIN, sms_gateway="file", sms_file=file), clock
    )
    app.test_client_class = Browser
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def browser_on_https(production: Flask) -> Browser:
    """A browser of somebody who visits the production portal."""
    browser = production.test_client()
    assert isinstance(browser, Browser)
    return browser
