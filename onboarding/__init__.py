"""Accounts for a province's public-service portal."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from onboarding.clock import Clock
    from onboarding.config import Settings


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The whole portal as a WSGI application (app.py).

    Loaded when it is asked for: the signing program starts on a citizen's computer without it, six times as fast.
    Raises SettingsError with everything that keeps these settings from being used.
    """
    app: Flask = import_module("onboarding.app").create_app(settings, clock)
    return app
