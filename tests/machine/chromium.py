"""Debian's Chromium, headless, driven by playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.machine import missing

PHONE = {"width": 360, "height": 740}  # CSS pixels of a common inexpensive telephone
FLAGS = [
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running(*flags: str) -> Iterator[Browser]:
    """A browser for the length of a `with`, with flags of its own if need be."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=[*FLAGS, *flags])
        yield browser
        browser.close()


@contextmanager
def running_with_extension(
    extension: Path, profile: Path, *flags: str, **options: Any
) -> Iterator[BrowserContext]:
    """A browser whose one profile is in a folder, as extensions need it, with an extension in it."""
    loaded = (f"--load-extension={extension}", "--disable-features=DisableLoadExtensionCommandLineSwitch")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=program(),
            args=[*FLAGS, *loaded, *flags],
            ignore_default_args=["--disable-extensions"],
            **options,
        )
        yield context
        context.close()


def program() -> str:
    """Where it is."""
    return shutil.which("chromium") or missing("Debian's chromium")
