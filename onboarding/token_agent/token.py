"""The USB token, by PKCS#11 (OASIS PKCS #11 v2.40): its certificate, and signatures that it makes itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.exceptions import NoSuchKey, PKCS11Error

from onboarding.token_agent.failures import NoCertificate, NoPrivateKey, SigningFailed


@dataclass(frozen=True)
class Token:
    """The first token with a certificate behind a PKCS#11 module (a shared library's path).

    It is looked for anew each time, so that it may be plugged in and out. `ask_pin` is called for every
    signature with the token's label; its answer is not kept.
    """

    module: str
    ask_pin: Callable[[str], str]

    def certificate(self) -> bytes:
        """The certificate in DER, read without the PIN. Raises NoCertificate."""
        return self._find()[1]

    def sign(self, data: bytes) -> bytes:
        """An RSA PKCS#1 v1.5 signature with SHA-256, made on the token.

        Raises:
            NoCertificate, NoPrivateKey, SigningFailed: see there; and whatever `ask_pin` raises.
        """
        token, _, key_id = self._find()
        pin = self.ask_pin(token.label)
        try:
            with token.open(user_pin=pin) as session:
                key = session.get_key(ObjectClass.PRIVATE_KEY, id=key_id)
                return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
        except NoSuchKey:
            raise NoPrivateKey from None
        except PKCS11Error:
            raise SigningFailed from None

    def _find(self) -> tuple[Any, bytes, bytes]:
        """The token, its certificate and the id that certificate and key share."""
        try:
            for token in pkcs11.lib(self.module).get_tokens():
                with token.open() as session:
                    for found in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
                        return token, bytes(found[Attribute.VALUE]), bytes(found[Attribute.ID])
        except PKCS11Error:
            raise NoCertificate from None
        raise NoCertificate
