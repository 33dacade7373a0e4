"""SpeedSMS.

Source: SpeedSMS, "SMS API" (sms/send, table of errors). The path of the address is `/index.php/sms/send`; the
user is the access token, the password `x`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from onboarding.config import Settings
from onboarding.sms.gateway import GatewayRefused
from onboarding.sms.line import Endpoint, Line, unreadable

NAME = "speedsms"
TAKEN = "00"
HOPELESS = {"105": "no such number"}
INTERNAL = "500"  # "internal error": nobody says at which point
BRAND_NAME = 3  # sms_type: with the registered brand name as sender


class SpeedSms:
    """Hands messages to SpeedSMS. It takes no reference of ours, so nothing goes to it twice."""

    name = NAME
    tells_repeats = False

    def __init__(self, endpoint: Endpoint, sender: str) -> None:
        self._endpoint = endpoint
        self._sender = sender
        self._line = Line()

    def send(self, message_id: UUID, to: str, text: str) -> None:
        """Post one message."""
        body = {"to": [to.removeprefix("+")], "content": text, "sms_type": BRAND_NAME, "sender": self._sender}
        endpoint = self._endpoint
        check(self._line.post_json(endpoint.url, body, endpoint.user, endpoint.password).json())


def check(answer: Mapping[str, Any]) -> None:
    """Tell by the code what became of a message; return where SpeedSMS has it."""
    code = str(answer.get("code", ""))
    if code in HOPELESS:
        raise GatewayRefused(HOPELESS[code], final=True)
    if not code.isdecimal() or code == INTERNAL:
        raise unreadable()
    if code != TAKEN:
        raise GatewayRefused(f"code {code}", final=False)


def from_settings(settings: Settings) -> SpeedSms:
    """The service at the address of the settings. Raises SettingsError where that does not do."""
    return SpeedSms(Endpoint.of(settings, NAME), settings.sms_sender)
