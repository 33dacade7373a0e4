"""A security key in a few lines (WebAuthn level 3, 6.1 and 6.5): makes passkeys and answers with them."""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


@dataclass
class Authenticator:
    """One device with one passkey; `count` grows with each answer, `flags` say what its owner did."""

    origin: str = "http://localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    step: int = 1
    cross_origin: bool = False
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b""
    user: bytes = b""

    def make(self, options: dict[str, Any]) -> str:
        """A new passkey, as the page's script sends it."""
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        self.id, self.user = hashlib.sha256(public).digest(), websafe_decode(options["user"]["id"])
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self.data(options["rp"]["id"], self.flags | ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self.sent(
            clientDataJSON=self.client("create", options), attestationObject=websafe_encode(attestation)
        )

    def answer(self, options: dict[str, Any]) -> str:
        """An answer to a challenge, as the page's script sends it."""
        self.count += self.step
        data, client = self.data(options["rpId"], self.flags), self.client("get", options)
        signed = self.key.sign(data + hashlib.sha256(websafe_decode(client)).digest(), ec.ECDSA(SHA256()))
        return self.sent(
            clientDataJSON=client,
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signed),
            userHandle=websafe_encode(self.user),
        )

    def data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def client(self, what: str, options: dict[str, Any]) -> str:
        told = {"type": f"webauthn.{what}", "challenge": options["challenge"], "origin": self.origin}
        return websafe_encode(json.dumps(told | {"crossOrigin": self.cross_origin}).encode())

    def sent(self, **response: str) -> str:
        name = websafe_encode(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
