"""Test issuers shaped like VNPT-CA and VGCA: each a root and an authority below it, laid out as a trust folder.

A sandbox makes them once for itself, so no two sandboxes trust each other's test certificates. The
authorities' keys lie beside them in `keys/`; `onboarding.signatures.trust` tells what the other folders hold.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

YEARS_20 = timedelta(days=20 * 365)
A_MOMENT = timedelta(minutes=5)  # so that a clock a little behind does not say "not yet valid"
NO_USAGE = {
    "digital_signature": False,
    "content_commitment": False,  # X.509's newer name of nonRepudiation
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}
AUTHORITY_USAGE = x509.KeyUsage(**NO_USAGE | {"key_cert_sign": True, "crl_sign": True})


@dataclass(frozen=True)
class Shape:
    """What an issuer's certificates look like."""

    organisation: str
    root: str
    authority: str
    usage: x509.KeyUsage
    extended: tuple[x509.ObjectIdentifier, ...]


SHAPES = {
    "vnpt": Shape(
        organisation="Sandbox",
        root="Sandbox National Root CA",
        authority="Sandbox VNPT-like CA",
        usage=x509.KeyUsage(**NO_USAGE | {"digital_signature": True, "content_commitment": True}),
        extended=(ExtendedKeyUsageOID.CLIENT_AUTH,),
    ),
    "vgca": Shape(
        organisation="Sandbox",
        root="Sandbox Public-Duty Root CA",
        authority="Sandbox VGCA-like CA",
        usage=x509.KeyUsage(**NO_USAGE | {"content_commitment": True}),
        extended=(),
    ),
}


@dataclass(frozen=True)
class Authority:
    """A certificate authority with its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


@dataclass(frozen=True)
class Person:
    """Whom a test certificate names. The numbers are written as given, right or wrong."""

    name: str
    national_id: str | None = None
    tax_code: str | None = None
    organisation: str | None = None

    def subject(self) -> x509.Name:
        """The subject as Vietnamese issuers write it: each number in a UID of its own, with a prefix."""
        parts = [
            (NameOID.COUNTRY_NAME, "VN"),
            (NameOID.ORGANIZATION_NAME, self.organisation),
            (NameOID.COMMON_NAME, self.name),
            (NameOID.USER_ID, self.tax_code and f"MST:{self.tax_code}"),
            (NameOID.USER_ID, self.national_id and f"CCCD:{self.national_id}"),
        ]
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts if value])


def ensure_issuers(folder: Path, now: datetime) -> None:
    """Make the test issuers that are not there yet; each appears as a whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, shape in SHAPES.items():
        if not (folder / name).exists():
            make_issuer(folder, name, shape, now)


def make_issuer(folder: Path, name: str, shape: Shape, now: datetime) -> None:
    """One issuer, made aside and moved into place; where another process was quicker, its issuer stays."""
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    root = make_authority(shape.organisation, shape.root, None, now)
    authority = make_authority(shape.organisation, shape.authority, root, now)
    save(aside, "anchors", "root", root)
    save(aside, "intermediates", "authority", authority)
    write_list(aside / "crls" / "root.crl", root, [], now)
    write_list(aside / "crls" / "authority.crl", authority, [], now)
    aside.chmod(0o755)
    try:
        aside.rename(folder / name)
    except OSError:
        shutil.rmtree(aside)
        if not (folder / name).is_dir():
            raise


def make_authority(
    organisation: str, name: str, above: Authority | None, now: datetime, key: rsa.RSAPrivateKey | None = None
) -> Authority:
    """A root, or an authority that may make end certificates only; without a key it gets one of its own."""
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = Person(name, organisation=organisation).subject()
    certificate = (
        certificate_builder(subject, key.public_key(), above)
        .not_valid_before(now - A_MOMENT)
        .not_valid_after(now + YEARS_20)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0 if above else 1), critical=True)
        .add_extension(AUTHORITY_USAGE, critical=True)
        .sign(above.key if above else key, hashes.SHA256())
    )
    return Authority(certificate, key)


def certificate_builder(
    subject: x509.Name, public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, issuer: Authority | None
) -> x509.CertificateBuilder:
    """What every certificate here has; a root has no other issuer than itself."""
    issuer_key = issuer.key.public_key() if issuer else public_key
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def save(issuer: Path, place: str, name: str, authority: Authority) -> None:
    """An authority's certificate in its folder, its key beside it for the owner's eyes only."""
    for sub in (place, "keys", "crls"):
        (issuer / sub).mkdir(exist_ok=True)
    (issuer / place / f"{name}.pem").write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    key = authority.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = issuer / "keys" / f"{name}.pem"
    path.touch(mode=0o600)
    path.write_bytes(key)


def load_authority(folder: Path, issuer: str, name: str = "authority") -> Authority:
    """The authority that makes an issuer's end certificates. Raises FileNotFoundError where there is none."""
    return load(folder / issuer, "intermediates", name)


def load_root(folder: Path, issuer: str) -> Authority:
    """The root above it. Raises FileNotFoundError where there is none."""
    return load(folder / issuer, "anchors", "root")


def load(issuer: Path, place: str, name: str) -> Authority:
    """An authority as `save` wrote it."""
    certificate = x509.load_pem_x509_certificate((issuer / place / f"{name}.pem").read_bytes())
    encoded = (issuer / "keys" / f"{name}.pem").read_bytes()
    # Whether the numbers fit would take 60 ms, each time; the key is one that we have made.
    key = serialization.load_pem_private_key(encoded, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"the key of {certificate.subject} is not an RSA key")
    return Authority(certificate, key)


def revoke(folder: Path, issuer: str, certificate: x509.Certificate, now: datetime) -> None:
    """Put a certificate on its issuer's revocation list, from now on."""
    path = folder / issuer / "crls" / "authority.crl"
    before = x509.load_der_x509_crl(path.read_bytes())
    entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(now)
    write_list(path, load_authority(folder, issuer), [*before, entry.build()], now)


def write_list(path: Path, authority: Authority, revoked: list[x509.RevokedCertificate], now: datetime) -> None:
    """An authority's revocation list, whole at every moment."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now - A_MOMENT)
        .next_update(now + YEARS_20)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    )
    for entry in revoked:
        builder = builder.add_revoked_certificate(entry)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
    fresh.replace(path)
