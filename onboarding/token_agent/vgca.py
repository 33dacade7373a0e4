"""The operations of the VGCA Sign Service: a socket each, one text in, one JSON out.

The path is the operation. Status 0 is success; any other number stands beside a sentence in `Error`, with
GetCertInfo in `Message`. The proofs are built as a server can check them: Auth's signature carries its
certificate and the text, SignJson's is a JWS.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from onboarding.token_agent import cms, jws
from onboarding.token_agent.desk import MALFORMED, Desk, decoded
from onboarding.token_agent.failures import BadInput, Failure, HashRefused, Literal

PORT = 8987  # pages know no other
DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}


@dataclass(frozen=True)
class Conversation:
    """A page's socket, for the operation that its path names."""

    desk: Desk
    path: str

    def answer(self, message: str) -> str:
        """The reply to the message; whatever goes wrong is told in it."""
        try:
            desk = self.desk.of(self.path.strip("/"))
            return json.dumps({"Status": 0} | OPERATIONS[self.path](desk, message))
        except Literal as literal:
            return literal.text
        except Failure as failure:
            self.desk.person.show(failure.sentence)
            return refusal(failure)
        except MALFORMED:
            return refusal(BadInput())


def refusal(failure: Failure) -> str:
    """The reply to what went wrong; scripts read the sentence under one of two names."""
    sentence = failure.sentence
    return json.dumps({"Status": failure.code, "Signature": "", "Error": sentence, "Message": sentence})


def get_version(_: Desk, __: str) -> dict[str, Any]:
    """The program's version."""
    return {"Version": version("onboarding"), "Message": ""}


def config(desk: Desk, _: str) -> dict[str, Any]:
    """The real program opens its window of settings; here they are options of the command."""
    desk.person.show("The page asked for the settings. Start the agent with other options to change them.")
    return {"Message": ""}


def get_cert_info(desk: Desk, _: str) -> dict[str, Any]:
    """What is told of the certificate. It proves nothing about who asks."""
    signer = desk.signer()
    certificate = signer.shown
    told = {
        "Subject": certificate.subject.human_friendly,
        "Issuer": certificate.issuer.human_friendly,
        "SerialNumber": signer.serial,
        "ValidFrom": certificate.not_valid_before.isoformat(),
        "ValidTo": certificate.not_valid_after.isoformat(),
        "Base64Data": base64.b64encode(signer.certificate).decode(),
    }
    return {"CertInfo": told, "Message": ""}


def auth(desk: Desk, message: str) -> dict[str, Any]:
    """A CMS over the authentication code, which is the message as it came."""
    return signed_text(desk, message.encode())


def sign_msg(desk: Desk, message: str) -> dict[str, Any]:
    """A CMS over a text in base64, as older pages ask; a bare signature over a hash, as newer ones do."""
    if message.lstrip().startswith("{"):
        return signed_hash(desk, json.loads(message))
    return signed_text(desk, decoded(message))


def sign_json(desk: Desk, message: str) -> dict[str, Any]:
    """A JWS over JsonContent; the options are the words "true" and "false"."""
    request = json.loads(message)
    content = desk.agreed(request["JsonContent"].encode())
    pss, detached = (str(request.get(option)).lower() == "true" for option in ("IsPss", "DetachPayload"))
    return signed(desk, jws.compact(desk.signer(), content, pss=pss, detached=detached))


def signed_text(desk: Desk, content: bytes) -> dict[str, Any]:
    """A CMS over a text that was shown."""
    return signed(desk, base64.b64encode(cms.signed_data(desk.signer(), desk.agreed(content))).decode())


def signed_hash(desk: Desk, request: dict[str, Any]) -> dict[str, Any]:
    """A signature over a hash, which nobody can read; refused unless the agent was started for it."""
    if not desk.sign_hashes:
        raise HashRefused
    hash_name, digest = request["HashAlg"].lower().replace("-", ""), decoded(request["HashValue"])
    signer = desk.signer()
    if len(digest) != DIGEST_SIZES[hash_name] or request["Encode"] != "RSA" or signer.algorithm != "RS256":
        raise BadInput
    desk.person.show(
        f"\n{desk.origin} asks you to sign a {hash_name} hash of nobody can see what:\n\n{digest.hex()}\n"
    )
    signature = signer.sign_digest("RS256", hash_name, digest)
    return signed(desk, base64.b64encode(signature).decode()) | {
        "CertBase64": base64.b64encode(signer.certificate).decode()
    }


def signed(desk: Desk, signature: str) -> dict[str, Any]:
    """The reply that carries a signature."""
    desk.person.show("Signed.")
    return {"Signature": signature, "Error": ""}


OPERATIONS: dict[str, Callable[[Desk, str], dict[str, Any]]] = {
    "/GetVersion": get_version,
    "/Config": config,
    "/GetCertInfo": get_cert_info,
    "/Auth": auth,
    "/SignMsg": sign_msg,
    "/SignJson": sign_json,
}
PATHS = tuple(OPERATIONS)
