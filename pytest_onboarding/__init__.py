"""`pytest --onboarding-sandbox`: fixtures for services whose citizens sign in here.

Without the option nothing but this file is loaded: neither the fixtures nor the portal.
"""

from importlib import import_module

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    told = "Start a sandbox of the account portal, for the fixtures onboarding_sandbox, _person and _code."
    parser.getgroup("onboarding").addoption("--onboarding-sandbox", action="store_true", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """The fixtures, where they are asked for."""
    if config.getoption("onboarding_sandbox"):
        config.pluginmanager.register(import_module("pytest_onboarding.fixtures"), "onboarding-fixtures")
