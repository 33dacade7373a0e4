"""Kannel: its sendsms interface, on this machine or in our network, and its delivery reports.

Source: Kannel 1.4.5 User's Guide, chapter "Using the HTTP Interface to Send SMS Messages", form with POST: what
would stand in the query, the code too, goes out in headers and body, so that no log of addresses has it (R16).
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes, urlencode
from uuid import UUID

from onboarding.config import Settings
from onboarding.sealed import Keyring
from onboarding.sms.gateway import GatewayRefused
from onboarding.sms.line import Answer, Endpoint, Line, unreadable
from onboarding.sms.references import reference
from onboarding.sms.reports import Report, why

NAME = "kannel"
TAKEN = ("0:", "3:")  # accepted for delivery; queued, because the centre is away: either is now Kannel's task
DELIVERED, FAILED, AT_CENTRE, REJECTED = 1, 2, 8, 16
REPORTS = DELIVERED | FAILED | AT_CENTRE | REJECTED
ERROR = re.compile(r"dlr_err=([^&]{3,9})")


class Kannel:
    """Hands messages to an smsbox. It has no memory for references, so nothing goes to it twice."""

    name = NAME
    tells_repeats = False

    def __init__(self, endpoint: Endpoint, sender: str, reports: str, keyring: Keyring) -> None:
        self._endpoint = endpoint
        self._sender = sender
        self._reports = reports
        self._keyring = keyring
        self._line = Line()

    def send(self, message_id: UUID, to: str, text: str) -> None:
        """Post one message with the address that its reports go to."""
        told = urlencode({"reference": reference(self._keyring, NAME, message_id)})
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": self._endpoint.user,
            "X-Kannel-Password": self._endpoint.password,
            "X-Kannel-From": self._sender,
            "X-Kannel-To": to,
            "X-Kannel-Coding": "0",
            "X-Kannel-DLR-Mask": str(REPORTS),
            # Never %A, the centre's own words: they quote the beginning of the text.
            "X-Kannel-DLR-Url": f"{self._reports}?{told}&type=%d&facts=%D",
        }
        check(self._line.post(self._endpoint.url, headers, text.encode()))


def check(answer: Answer) -> None:
    """Tell by status and text what became of a message; return where Kannel has it."""
    if answer.status == 202 and answer.text.startswith(TAKEN):
        return
    if "black-list" in answer.text:
        raise GatewayRefused("blocked", final=True)
    if answer.status == 503 or 300 <= answer.status < 500:
        raise GatewayRefused(f"status {answer.status}", final=False)
    raise unreadable()


def report(fields: Mapping[str, str]) -> Report | None:
    """A report; `facts` are what the link to the centre noted."""
    told, kind = fields.get("reference", ""), fields.get("type", "")
    if kind in {str(FAILED), str(REJECTED)}:
        return Report(told, "failed", reason(fields.get("facts", "")))
    if kind in {str(AT_CENTRE), str(DELIVERED)}:
        return Report(told, "delivered" if kind == str(DELIVERED) else "sent")
    return None


def reason(facts: str) -> str:
    """Why it failed: `dlr_err` has the kind of network in one byte and its error in two, escaped."""
    found = ERROR.search(facts)
    code = unquote_to_bytes(found[1])[1:] if found else b""
    return why(int.from_bytes(code, "big"))


def from_settings(settings: Settings) -> Kannel:
    """The smsbox at the address of the settings. Raises SettingsError where that does not do."""
    endpoint = Endpoint.of(settings, NAME)
    keyring = Keyring.from_text(settings.data_keys, settings.index_key)
    return Kannel(endpoint, settings.sms_sender, f"{settings.public_url}/sms/reports/{NAME}", keyring)
