"""VNPT SMS brandname, by `send_sms_list`.

The address has APIUSER and APIPASS as user and password, and in its query what the contract fixes: LABELID,
CONTRACTTYPEID, CONTRACTID, TEMPLATEID, AGENTID, USERNAME. The registered template has one parameter, the text.
Which ERROR means which fault is not published; 0 is success, and any other is a refusal of the whole request.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from onboarding.config import Settings
from onboarding.sms.gateway import GatewayRefused
from onboarding.sms.line import Endpoint, Line, unreadable

NAME = "vnpt"
TAKEN = "0"


class Vnpt:
    """Hands messages to VNPT. Whether it tells a repeated REQID is not published, so nothing goes to it twice."""

    name = NAME
    tells_repeats = False

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._line = Line()

    def send(self, message_id: UUID, to: str, text: str) -> None:
        """Post one message."""
        request = {
            **self._endpoint.options,
            "name": "send_sms_list",
            "REQID": message_id.hex,
            "PARAMS": [{"NUM": "1", "CONTENT": text}],
            "SCHEDULETIME": "",
            "MOBILELIST": to.removeprefix("+"),
            "ISTELCOSUB": "0",
            "APIUSER": self._endpoint.user,
            "APIPASS": self._endpoint.password,
            "DATACODING": "0",
        }
        check(self._line.post_json(self._endpoint.url, {"RQST": request}).json())


def check(answer: Mapping[str, Any]) -> None:
    """Tell by the error what became of a message; return where VNPT has it."""
    reply = answer.get("RPLY")
    error = str(reply.get("ERROR", "")) if isinstance(reply, dict) else ""
    if not error.lstrip("-").isdecimal():
        raise unreadable()
    if error != TAKEN:
        raise GatewayRefused(f"error {error}", final=False)


def from_settings(settings: Settings) -> Vnpt:
    """The service at the address of the settings. Raises SettingsError where that does not do."""
    return Vnpt(Endpoint.of(settings, NAME))
