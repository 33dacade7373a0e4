"""A token that is not there: keys made for this run, with certificates that no portal trusts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import NameOID

from onboarding.token_agent.signer import Signer

LIFE = timedelta(days=1)
SUBJECT = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Made up by the token agent"),
        x509.NameAttribute(NameOID.USER_ID, "CCCD:093085001234"),
    ]
)
CURVES: dict[str, type[ec.EllipticCurve]] = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}


@dataclass(frozen=True)
class MadeUp:
    """Tokens as the desk wants them: one RSA key with its certificate in DER."""

    key: rsa.RSAPrivateKey
    certificate: bytes

    def signers(self) -> list[Signer]:
        """The one certificate."""
        return [Signer(self.certificate, self._sign)]

    def _sign(self, algorithm: str, hash_name: str, digest: bytes) -> bytes:
        """A signature over a digest."""
        named = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[hash_name]
        form = padding.PSS(padding.MGF1(named), named.digest_size) if algorithm == "PS256" else padding.PKCS1v15()
        return self.key.sign(digest, form, utils.Prehashed(named))


def tokens(now: datetime) -> MadeUp:
    """Fresh ones."""
    key = rsa.generate_private_key(65537, 2048)
    return MadeUp(key, certificate_of(key, now))


def other_certificate(signer: Signer) -> bytes:
    """A certificate of another key, of the same kind and with the same dates."""
    curve = CURVES.get(signer.algorithm)
    key = ec.generate_private_key(curve()) if curve else rsa.generate_private_key(65537, 2048)
    return certificate_of(key, signer.shown.not_valid_before)


def certificate_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, now: datetime) -> bytes:
    """A self-signed certificate for a key, in DER, for a day from now."""
    made = (
        x509.CertificateBuilder(SUBJECT, SUBJECT, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + LIFE)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)
