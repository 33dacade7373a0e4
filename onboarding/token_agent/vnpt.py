"""The messages of the VNPT-CA plug-in: a function's number with arguments in, `<result>*<callback>` out.

A result is a word or JSON, as the plug-in gives it; base64 has no `*`, so pages split at the last one.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from asn1crypto import x509

from onboarding.token_agent import cms
from onboarding.token_agent.failures import BadInput, Failure
from onboarding.token_agent.token import Token

GET_CERT_INFO, SIGN_CMS, SET_LICENSE_KEY, CHECK_PLUGIN, GET_VERSION = 0, 4, 6, 7, 11
LICENCE_ACCEPTED = (
    '{"code":1,"data":"","error":""}'  # this one function says success by 1; no licence is asked here
)
ORIGIN = "origin: "


@dataclass(frozen=True)
class Desk:
    """What answers a page: token, the page's origin as the browser told it, and the screen to show things on."""

    token: Token
    origin: str
    show: Callable[[str], None]

    def answer(self, message: str) -> str:
        """The reply to one message; whatever goes wrong is told in the reply."""
        callback = "callbackDefault"
        try:
            request = json.loads(message)
            callback = str(request["funcCallback"])
            function = FUNCTIONS[request["functionID"]]
            result = function(self, request["args"])
        except Failure as failure:
            self.show(failure.sentence)
            result = reply(failure.code, error=failure.sentence)
        except (LookupError, RecursionError, TypeError, ValueError):
            result = reply(BadInput.code, error=BadInput.sentence)
        return f"{result}*{callback}"

    def certificate_info(self, _: Sequence[Any]) -> str:
        """What the plug-in tells of the token's certificate."""
        encoded = self.token.certificate()
        certificate = x509.Certificate.load(encoded)
        told = {
            "serial": f"{certificate.serial_number:X}",
            "subjectCN": certificate.subject.native.get("common_name", ""),
            "issuerCN": certificate.issuer.native.get("common_name", ""),
            "notBefore": certificate.not_valid_before.isoformat(),
            "notAfter": certificate.not_valid_after.isoformat(),
            "base64": base64.b64encode(encoded).decode(),
        }
        return json.dumps(told)

    def sign_cms(self, arguments: Sequence[Any]) -> str:
        """A CMS over the text in the first argument (base64), after it was shown."""
        content = self.readable(arguments[0])
        self.show(f"\n{self.origin} asks you to sign:\n\n{content.decode()}")
        signed = cms.signed_data(self.token.certificate(), content, self.token.sign)
        self.show("Signed.")
        return reply(0, data=base64.b64encode(signed).decode())

    def readable(self, argument: Any) -> bytes:
        """The bytes to sign: text that can be shown, and no other site's. Raises BadInput.

        A text with an origin in it is a challenge; that of another page must not be signed for this one.
        """
        try:
            content = base64.b64decode(argument, validate=True)
            text = content.decode()
        except (binascii.Error, TypeError, ValueError):
            raise BadInput from None
        lines = text.split("\n")
        named = [line.removeprefix(ORIGIN) for line in lines if line.startswith(ORIGIN)]
        if not text.strip() or not all(map(str.isprintable, lines)) or any(o != self.origin for o in named):
            raise BadInput
        return content


FUNCTIONS: dict[int, Callable[[Desk, Sequence[Any]], str]] = {
    CHECK_PLUGIN: lambda _desk, _arguments: "1",
    SET_LICENSE_KEY: lambda _desk, _arguments: LICENCE_ACCEPTED,
    GET_VERSION: lambda _desk, _arguments: version("onboarding"),
    GET_CERT_INFO: Desk.certificate_info,
    SIGN_CMS: Desk.sign_cms,
}


def reply(code: int, data: str = "", error: str = "") -> str:
    """A result of the signing functions."""
    return json.dumps({"code": code, "data": data, "error": error})
