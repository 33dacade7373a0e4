"""Whatever a computer's check can send has words on the console's pages."""

import re

import pytest
from flask import Flask

from onboarding.accounts.usb_checks import FINDINGS
from onboarding.console import usb_findings

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AS_THEY_ARE = {"vnpt", "vgca", "web-eid", "windows", "macos", "linux", "chrome", "edge", "firefox", "safari"}


def test_every_finding_and_every_word_found_is_told() -> None:
    assert {name for name in FINDINGS if not name.startswith("port-")} == usb_findings.NAMES.keys()
    plain = re.compile(r"[a-z]+(-[a-z]+)*")
    words = {
        part for name in FINDINGS for part in re.split(r"[|()]", FINDINGS[name].pattern) if plain.fullmatch(part)
    }
    assert words - {"v", "npt", "gca"} - AS_THEY_ARE == usb_findings.FOUND.keys()


@ONE
def test_codes_and_ports_stay_readable(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        findings = {"port-4433": "nothing", "program": "vnpt-12", "certificate": "early"}
        told = {"Port 4433": "nothing answers", "Answer of the program": "vnpt-12", "Certificate": "not valid yet"}
        assert usb_findings.in_words(findings) == told
