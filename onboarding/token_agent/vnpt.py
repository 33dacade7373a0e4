"""The messages of the VNPT-CA plug-in: a function's number with arguments in, `<result>*<callback>` out.

A result is a word or JSON, as the plug-in gives it; base64 has no `*`, so pages split at the last one.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from onboarding.token_agent import cms
from onboarding.token_agent.desk import MALFORMED, Desk, decoded
from onboarding.token_agent.failures import BadInput, Failure, Literal

PATHS = ("/plugin",)
PORTS = (4433, 4434, 4435, 9201, 9202)  # in the order in which pages try them


@dataclass(frozen=True)
class Conversation:
    """A page's socket: any number of calls."""

    desk: Desk
    path: str

    def answer(self, message: str) -> str:
        """The reply to one message; whatever goes wrong is told in the reply."""
        callback = "callbackDefault"
        try:
            request = json.loads(message)
            callback = str(request["funcCallback"])
            name = NAMES[request["functionID"]]
            result = FUNCTIONS[name](self.desk.of(name), request["args"])
        except Literal as literal:
            result = literal.text
        except Failure as failure:
            self.desk.person.show(failure.sentence)
            result = reply(failure.code, error=failure.sentence)
        except MALFORMED:
            result = reply(BadInput.code, error=BadInput.sentence)
        return f"{result}*{callback}"


def check_plugin(_: Desk, __: Sequence[Any]) -> str:
    """Whether the plug-in is ready: it is."""
    return "1"


def set_license_key(_: Desk, __: Sequence[Any]) -> str:
    """No licence is asked for here; this one function says success by 1."""
    return reply(1)


def get_version(_: Desk, __: Sequence[Any]) -> str:
    """The program's version."""
    return version("onboarding")


def get_cert_info(desk: Desk, arguments: Sequence[Any]) -> str:
    """What is told of a certificate: that whose serial number is the second argument, if any.

    It is the one that signs what the page asks for next.
    """
    desk.serial = str(arguments[1]) if len(arguments) > 1 and arguments[1] else desk.serial
    signer = desk.signer()
    desk.serial = signer.serial
    certificate = signer.shown
    told = {
        "serial": signer.serial,
        "subjectCN": certificate.subject.native.get("common_name", ""),
        "issuerCN": certificate.issuer.native.get("common_name", ""),
        "notBefore": certificate.not_valid_before.isoformat(),
        "notAfter": certificate.not_valid_after.isoformat(),
        "base64": base64.b64encode(signer.certificate).decode(),
    }
    return json.dumps(told)


def sign_cms(desk: Desk, arguments: Sequence[Any]) -> str:
    """A CMS over the text in the first argument (base64), after it was shown."""
    content = desk.agreed(decoded(arguments[0]))
    signed = cms.signed_data(desk.signer(), content)
    desk.person.show("Signed.")
    return reply(0, data=base64.b64encode(signed).decode())


def reply(code: int | str, data: str = "", error: str = "") -> str:
    """A result of the signing functions."""
    return json.dumps({"code": code, "data": data, "error": error})


NAMES = {0: "getCertInfo", 4: "signCms", 6: "setLicenseKey", 7: "checkPlugin", 11: "getVersion"}
FUNCTIONS: dict[str, Callable[[Desk, Sequence[Any]], str]] = {
    "getCertInfo": get_cert_info,
    "signCms": sign_cms,
    "setLicenseKey": set_license_key,
    "checkPlugin": check_plugin,
    "getVersion": get_version,
}
