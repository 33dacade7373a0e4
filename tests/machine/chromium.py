"""Debian's Chromium, headless, driven by playwright.

Its headless shell has the same engine without the desktop program around it, and takes half the CPU for a page and
a quarter for a profile. Extensions and the question about the local network belong to the desktop program.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

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
    with sync_playwright() as playwright, launch(playwright, *flags) as browser:
        yield browser


def launch(playwright: Playwright, *flags: str, whole: bool = False) -> Browser:
    """One more browser, the `whole` program or its shell; it closes itself after a `with`."""
    return playwright.chromium.launch(executable_path=program() if whole else shell(), args=[*FLAGS, *flags])


def launch_with_extension(
    playwright: Playwright, extension: Path, profile: Path, *flags: str, **options: Any
) -> BrowserContext:
    """A browser whose one profile is in a folder, as extensions need it, with an extension in it."""
    loaded = (f"--load-extension={extension}", "--disable-features=DisableLoadExtensionCommandLineSwitch")
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=program(),
        args=[*FLAGS, *loaded, *flags],
        ignore_default_args=["--disable-extensions"],
        **options,
    )


def shell() -> str:
    """Where the headless shell is, or the whole program where there is none."""
    return shutil.which("chromium-headless-shell") or program()


def program() -> str:
    """Where the whole program is."""
    return shutil.which("chromium") or missing("Debian's chromium")
