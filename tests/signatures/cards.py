"""Signing cards in software, for what a token would refuse to do: odd certificates and odd proofs."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from onboarding.sandbox.certificates import issue
from onboarding.sandbox.issuers import NO_USAGE, SHAPES, Authority, Person, load_authority
from onboarding.signatures import chain
from onboarding.signatures.refusals import Refusal
from onboarding.token_agent.cms import signed_data
from onboarding.token_agent.signer import Signer

AN = Person("Nguyễn Văn An", national_id="093085001234")
HASHES = {
    "sha1": hashes.SHA1(),  # noqa: S303 - to be refused
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
Check = Callable[[cms.ContentInfo | bytes], chain.Signer]
RSA_LABEL = {"algorithm": "rsassa_pkcs1v15"}


@dataclass(frozen=True)
class Card:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def parsed(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.der)

    def sign(self, data: bytes, digest: str = "sha256") -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), HASHES[digest])
        return self.key.sign(data, ec.ECDSA(HASHES[digest]))

    def cms(self, content: bytes) -> bytes:
        """The CMS that the token agent makes of this card."""
        return signed_data(Signer(self.der, self.sign_digest), content)

    def sign_digest(self, _algorithm: str, hash_name: str, digest: bytes) -> bytes:
        assert isinstance(self.key, rsa.RSAPrivateKey)
        return self.key.sign(digest, padding.PKCS1v15(), Prehashed(HASHES[hash_name]))

    def pss(self, data: bytes, salt: int = 32) -> bytes:
        assert isinstance(self.key, rsa.RSAPrivateKey)
        return self.key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256())


def card(
    folder: Path, now: datetime, issuer: str = "vnpt", person: Person = AN, key: rsa.RSAPrivateKey | None = None
) -> Card:
    """A card as the issuer makes them."""
    key = key or rsa.generate_private_key(65537, 2048)
    return Card(issue(folder, issuer, public(key), person, now), key)


def public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sha1_twin(good: Card, issuers: Path) -> Card:
    """The same card, its certificate signed over SHA-1, which `cryptography` no longer makes by itself."""
    parsed = good.parsed.copy()
    for label in (parsed["signature_algorithm"], parsed["tbs_certificate"]["signature"]):
        label["algorithm"] = "sha1_rsa"
    authority = Card(good.certificate, load_authority(issuers, "vnpt").key)
    parsed["signature_value"] = authority.sign(parsed["tbs_certificate"].dump(force=True), "sha1")
    return Card(x509.load_der_x509_certificate(parsed.dump(force=True)), good.key)


@dataclass(frozen=True)
class OddCard:
    """A recipe for a certificate in which something is not as it should be; the rest is VNPT-like."""

    folder: Path
    now: datetime
    issuer: str = "vnpt"
    subject: x509.Name = field(default_factory=AN.subject)
    usage: x509.KeyUsage | None = SHAPES["vnpt"].usage
    extended: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.CLIENT_AUTH,)
    extra: tuple[x509.ExtensionType, ...] = ()
    places: tuple[x509.ExtensionType, ...] = ()
    authority: bool = False
    digest: str = "sha256"
    not_before: timedelta = timedelta(0)
    not_after: timedelta = timedelta(days=1)
    signer: Authority | None = None
    serial: int = 4711

    def but(self, **changes: Any) -> "OddCard":
        return replace(self, **changes)

    def make(self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Card:
        signer = self.signer or load_authority(self.folder, self.issuer)
        path_length = None if not self.authority else 0
        builder = (
            x509.CertificateBuilder(signer.certificate.subject, self.subject, key.public_key(), self.serial)
            .not_valid_before(self.now + self.not_before)
            .not_valid_after(self.now + self.not_after)
            .add_extension(x509.BasicConstraints(self.authority, path_length), critical=True)
        )
        if self.usage:
            builder = builder.add_extension(self.usage, critical=True)
        if self.extended:
            builder = builder.add_extension(x509.ExtendedKeyUsage(self.extended), critical=False)
        for extension in self.extra:
            builder = builder.add_extension(extension, critical=True)
        for extension in self.places:
            builder = builder.add_extension(extension, critical=False)
        return Card(builder.sign(signer.key, HASHES[self.digest]), key)


def usage(**wanted: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**NO_USAGE | wanted)


def attributes(content: bytes, digest: str = "sha256") -> list[dict[str, Any]]:
    """The two signed attributes that there must be."""
    return [
        {"type": "content_type", "values": ["data"]},
        {"type": "message_digest", "values": [hashlib.new(digest, content).digest()]},
    ]


def cms_of(
    signer: Card,
    content: bytes | None,
    *,
    signed_attributes: list[dict[str, Any]] | cms.CMSAttributes | None,
    digest: str = "sha256",
    label: Any = None,
    sign: Callable[[bytes], bytes] | None = None,
    copies: int = 1,
    certificates: list[Any] | None = None,
) -> cms.ContentInfo:
    """A CMS put together from its parts; without attributes the signature is over the content itself."""
    packed = signed_attributes
    if isinstance(packed, list):
        packed = cms.CMSAttributes(packed)
    covered = packed.dump() if packed is not None else content or b""
    info = {
        "version": "v1",
        "sid": {
            "issuer_and_serial_number": {
                "issuer": signer.parsed.issuer,
                "serial_number": signer.parsed.serial_number,
            }
        },
        "digest_algorithm": {"algorithm": digest},
        "signature_algorithm": algos.SignedDigestAlgorithm(label or RSA_LABEL),
        "signature": (sign or signer.sign)(covered),
    }
    if packed is not None:
        info["signed_attrs"] = packed
    signed_data = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": digest}],
        "encap_content_info": {"content_type": "data"} | ({} if content is None else {"content": content}),
        "certificates": [signer.parsed] if certificates is None else certificates,
        "signer_infos": [info] * copies,
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed_data)})


def text(proof: cms.ContentInfo | bytes) -> str:
    """A proof as the page sends it."""
    return base64.b64encode(proof if isinstance(proof, bytes) else proof.dump()).decode()


def refused(check: Check, proof: cms.ContentInfo | bytes, cause: type[Refusal]) -> None:
    """Show that a proof is refused for this cause."""
    with pytest.raises(cause):
        check(proof)
