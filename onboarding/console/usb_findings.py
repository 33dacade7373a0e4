"""What a citizen's check of the own computer found, in words. The closed list is `usb_checks.FINDINGS`."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext

from onboarding.resources import N_

NAMES = {
    "bridge": N_("Signing program"),
    "secure": N_("Secure connection"),
    "system": N_("System"),
    "browser": N_("Browser"),
    "permission": N_("Permission to reach programs on the computer"),
    "clock": N_("Seconds that the clock is ahead"),
    "extension": N_("Browser extension Web eID"),
    "program": N_("Answer of the program"),
    "version": N_("Version of the program"),
    "licence": N_("Licence of the portal"),
    "certificate": N_("Certificate"),
    "certificate-from": N_("Certificate valid from"),
    "certificate-until": N_("Certificate valid until"),
}
PORT = N_("Port %(port)s")
FOUND = {
    "yes": N_("yes"),
    "phone": N_("telephone or tablet"),
    "other": N_("another one"),
    "granted": N_("given"),
    "prompt": N_("the browser asks"),
    "denied": N_("denied"),
    "not-needed": N_("not needed"),
    "unknown": N_("unknown"),
    "answers": N_("answers"),
    "not-ready": N_("there, but not ready"),
    "nothing": N_("nothing answers"),
    "missing": N_("missing"),
    "accepted": N_("accepted"),
    "expired": N_("out of date"),
    "other-domain": N_("for another site"),
    "refused": N_("refused"),
    "valid": N_("valid"),
    "early": N_("not valid yet"),
    "blocked": N_("blocked by the browser"),
    "cancelled": N_("cancelled by the citizen"),
    "cut-off": N_("the connection broke off"),
    "failed": N_("failed"),
    "insecure": N_("the page is not secure"),
    "no-certificate": N_("no certificate"),
    "nobody": N_("nobody answers"),
    "pin-locked": N_("the PIN is locked"),
    "timeout": N_("no answer in time"),
    "unreadable": N_("not readable"),
    "wrong-pin": N_("wrong PIN"),
}


def told(checks: list[tuple[datetime, dict[str, str]]]) -> list[tuple[datetime, dict[str, str]]]:
    """Checks with names and values in words; codes of programs, versions and dates stay as they are."""
    return [(at, in_words(findings)) for at, findings in checks]


def in_words(findings: Mapping[str, str]) -> dict[str, str]:
    """The findings of one check."""
    return {name_of(name): gettext(FOUND[found]) if found in FOUND else found for name, found in findings.items()}


def name_of(name: str) -> str:
    """What a finding is called."""
    port = name.removeprefix("port-")
    return str(gettext(PORT, port=port) if port != name else gettext(NAMES[name]))
