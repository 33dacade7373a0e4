"""eSMS, and its reports.

Source: eSMS for developers, "Tin nhắn SMS OTP/CSKH", "Bảng mã lỗi" and "Callback Url" (GitBook of devesms, 2026).
The path of the address is `/MainService.svc/json/SendMultipleMessage_V4_post_json/`; user and password are the
keys ApiKey and SecretKey. The owner of a number is told the same text once in five minutes at most: ours differ
by their code.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from onboarding.config import Settings
from onboarding.sealed import Keyring
from onboarding.sms.gateway import GatewayRefused
from onboarding.sms.line import Endpoint, Line, unreadable
from onboarding.sms.references import reference
from onboarding.sms.reports import Report

NAME = "esms"
TAKEN = {"100", "124"}  # 124: this RequestId was here before, so the first time it was taken
HOPELESS = {"99": "blocked", "108": "no such number"}
REJECTED, OVER = "4", "5"  # SendStatus: not let through; sent, with or without success


class Esms:
    """Hands messages to eSMS, which keeps a RequestId for 24 hours and so tells a repeat."""

    name = NAME
    tells_repeats = True

    def __init__(self, endpoint: Endpoint, sender: str, reports: str, keyring: Keyring) -> None:
        self._endpoint = endpoint
        self._sender = sender
        self._reports = reports
        self._keyring = keyring
        self._line = Line()

    def send(self, message_id: UUID, to: str, text: str) -> None:
        """Post one message. The report brings back the RequestId, so its address needs no query."""
        body = {
            "ApiKey": self._endpoint.user,
            "SecretKey": self._endpoint.password,
            "Phone": "0" + to.removeprefix("+84"),
            "Content": text,
            "Brandname": self._sender,
            "SmsType": "2",
            "IsUnicode": "0",
            "Sandbox": "0",
            "RequestId": reference(self._keyring, NAME, message_id),
            "CallbackUrl": self._reports,
        }
        check(self._line.post_json(self._endpoint.url, body).json())


def check(answer: Mapping[str, Any]) -> None:
    """Tell by the code what became of a message; return where eSMS has it."""
    code = str(answer.get("CodeResult", ""))
    if code in HOPELESS:
        raise GatewayRefused(HOPELESS[code], final=True)
    if not code.isdecimal():
        raise unreadable()
    if code not in TAKEN:
        raise GatewayRefused(f"code {code}", final=False)


def report(fields: Mapping[str, str]) -> Report | None:
    """A report, where it says how a message ended."""
    told = fields.get("RequestId", "")
    if fields.get("SendStatus") not in {REJECTED, OVER}:
        return None
    if fields.get("SendSuccess") == "1":
        return Report(told, "delivered")
    return Report(told, "failed", "network fault")


def from_settings(settings: Settings) -> Esms:
    """The service at the address of the settings. Raises SettingsError where that does not do."""
    endpoint = Endpoint.of(settings, NAME)
    keyring = Keyring.from_text(settings.data_keys, settings.index_key)
    return Esms(endpoint, settings.sms_sender, f"{settings.public_url}/sms/reports/{NAME}", keyring)
