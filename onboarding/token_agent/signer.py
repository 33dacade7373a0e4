"""A certificate with its key, wherever that is: all that the protocols need to know of a token."""

from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import x509

from onboarding.token_agent import algorithms


@dataclass(frozen=True)
class Signer:
    """A certificate in DER, and how its key signs: algorithm, name of the hash, digest → signature.

    The algorithms have their names in JOSE, and signatures its form: ECDSA's are R and S, one after the other.
    """

    certificate: bytes
    sign_digest: Callable[[str, str, bytes], bytes]

    @property
    def algorithm(self) -> str:
        """What the key signs with where nothing else is asked for."""
        return algorithms.of_key(self.certificate)

    @property
    def shown(self) -> x509.Certificate:
        """The certificate, to read in."""
        return x509.Certificate.load(self.certificate)

    @property
    def serial(self) -> str:
        """The certificate's serial number in hexadecimal digits, as the programs show it."""
        return f"{self.shown.serial_number:X}"

    def sign(self, data: bytes, algorithm: str = "") -> bytes:
        """A signature over some data. Raises what the token raises."""
        algorithm = algorithm or self.algorithm
        hash_name = algorithms.hash_name(algorithm)
        return self.sign_digest(algorithm, hash_name, algorithms.digest(algorithm, data))
