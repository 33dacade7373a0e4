"""The USB token, by PKCS#11 (OASIS PKCS #11 v2.40): its certificates, and signatures that it makes itself."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import pkcs11
from asn1crypto import x509
from pkcs11 import MGF, Attribute, Mechanism, ObjectClass, TokenFlag
from pkcs11.exceptions import NoSuchKey, PinIncorrect, PinInvalid, PinLenRange, PKCS11Error
from pkcs11.exceptions import PinLocked as LockedNow

from onboarding.token_agent.algorithms import digest_info
from onboarding.token_agent.failures import NoCertificate, NoPrivateKey, PinLocked, SigningFailed, WrongPin
from onboarding.token_agent.person import Person
from onboarding.token_agent.signer import Signer

WARNINGS = {  # the module says no more than this about how many tries are left (CK_TOKEN_INFO)
    TokenFlag.USER_PIN_FINAL_TRY: "One try is left: one more wrong PIN locks the token.",
    TokenFlag.USER_PIN_COUNT_LOW: "A wrong PIN was entered before; few tries are left.",
}
PSS = {"sha256": (Mechanism.SHA256, MGF.SHA256, 32)}


@dataclass(frozen=True)
class Tokens:
    """What is plugged in behind a PKCS#11 module (a shared library's path).

    It is looked for anew each time, so that it may be plugged in and out. The person is asked for the
    PIN of every signature.
    """

    module: str
    person: Person

    def signers(self) -> list[Signer]:
        """Every certificate that is no authority's, read without the PIN. Raises NoCertificate."""
        try:
            tokens = list(pkcs11.lib(self.module).get_tokens(token_flags=TokenFlag.TOKEN_INITIALIZED))
            found = [signer for token in tokens for signer in self._on(token)]
        except PKCS11Error:
            raise NoCertificate from None
        if not found:
            raise NoCertificate
        return found

    def _on(self, token: Any) -> list[Signer]:
        """The certificates on one token."""
        with token.open() as session:
            found = [
                (bytes(entry[Attribute.VALUE]), bytes(entry[Attribute.ID]))
                for entry in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
            ]
        return [
            Signer(certificate, partial(self._sign, token, key_id))
            for certificate, key_id in found
            if not x509.Certificate.load(certificate).ca
        ]

    def _sign(self, token: Any, key_id: bytes, algorithm: str, hash_name: str, digest: bytes) -> bytes:
        """A signature over a digest, made on the token after its PIN was asked for."""
        if TokenFlag.USER_PIN_LOCKED in token.flags:
            raise PinLocked
        warning = next((words for flag, words in WARNINGS.items() if flag in token.flags), "")
        pin = self.person.pin(token.label, warning)
        try:
            with token.open(user_pin=pin) as session:
                key = session.get_key(ObjectClass.PRIVATE_KEY, id=key_id)
                return bytes(key.sign(**to_sign(algorithm, hash_name, digest)))
        except (PinIncorrect, PinInvalid, PinLenRange):
            raise WrongPin from None
        except LockedNow:
            raise PinLocked from None
        except NoSuchKey:
            raise NoPrivateKey from None
        except PKCS11Error:
            raise SigningFailed from None


def to_sign(algorithm: str, hash_name: str, digest: bytes) -> dict[str, Any]:
    """How PKCS#11 is told to sign a digest; every token can do it so, whatever hashes it knows itself."""
    if algorithm.startswith("PS"):
        return {"data": digest, "mechanism": Mechanism.RSA_PKCS_PSS, "mechanism_param": PSS[hash_name]}
    if algorithm.startswith("ES"):
        return {"data": digest, "mechanism": Mechanism.ECDSA}
    return {"data": digest_info(hash_name, digest), "mechanism": Mechanism.RSA_PKCS}
