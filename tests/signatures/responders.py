"""OCSP responders: OpenSSL's own, and one that does whatever is wrong."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from onboarding.sandbox.issuers import Authority, Person, certificate_builder
from tests.clock import MONDAY_MORNING
from tests.signatures.hosts import Reply

SIGNS_ANSWERS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])


def delegate(
    authority: Authority, key: rsa.RSAPrivateKey, extension: x509.ExtensionType = SIGNS_ANSWERS, days: int = 1
) -> Authority:
    """Somebody whom an authority lets sign its answers."""
    subject = Person("Responder", organisation="Sandbox").subject()
    builder = certificate_builder(subject, key.public_key(), authority).add_extension(extension, critical=False)
    first = MONDAY_MORNING - timedelta(days=1)
    builder = builder.not_valid_before(first).not_valid_after(first + timedelta(days=days + 1))
    return Authority(builder.sign(authority.key, hashes.SHA256()), key)


@dataclass(frozen=True)
class OddResponder:
    """A recipe for answers; as it stands they are right, and `but` makes them wrong."""

    authority: Authority
    signer: Authority
    now: datetime = MONDAY_MORNING
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD
    made: timedelta = timedelta(0)
    ends: timedelta | None = timedelta(minutes=5)
    about: x509.Certificate | None = None
    nonce: Callable[[bytes], bytes | None] = bytes
    outside: tuple[x509.Certificate, ...] = ()
    change: Callable[[bytes], bytes] = bytes

    def but(self, **changes: Any) -> "OddResponder":
        return replace(self, **changes)

    def answer(self, certificate: x509.Certificate, asked: bytes) -> bytes:
        """The answer to a request about a certificate."""
        request = ocsp.load_der_ocsp_request(asked)
        revoked = self.status is ocsp.OCSPCertStatus.REVOKED
        made = self.now + self.made
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=self.about or certificate,
            issuer=self.authority.certificate,
            algorithm=hashes.SHA1(),  # noqa: S303 - names the authority, protects nothing
            cert_status=self.status,
            this_update=made,
            next_update=None if self.ends is None else self.now + self.ends,
            revocation_time=made if revoked else None,
            revocation_reason=None,
        )
        nonce = self.nonce(request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce)
        if nonce is not None:
            builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, self.signer.certificate)
        if self.outside:
            builder = builder.certificates(self.outside)
        signed = builder.sign(self.signer.key, hashes.SHA256())
        return self.change(signed.public_bytes(Encoding.DER))

    def place(self, certificate: x509.Certificate) -> Callable[[bytes], Reply]:
        """A host's place that answers so."""
        return lambda asked: Reply(self.answer(certificate, asked))


def signed_anew(key: rsa.RSAPrivateKey, *, doubled: bool = False) -> Callable[[bytes], bytes]:
    """A change that signs the same answer, or the same twice in one, by this key."""

    def change(answer: bytes) -> bytes:
        whole = asn1_ocsp.OCSPResponse.load(answer)
        basic = whole["response_bytes"]["response"].parsed
        data = basic["tbs_response_data"]
        if doubled:
            data["responses"].append(data["responses"][0].copy())
        basic["signature"] = key.sign(data.dump(force=True), padding.PKCS1v15(), hashes.SHA256())
        whole["response_bytes"]["response"] = asn1_ocsp.ParsableOctetString(basic.dump(force=True))
        return bytes(whole.dump(force=True))

    return change


def unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    """An answer that is none, such as "try later"."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


@dataclass(frozen=True)
class OpenSslResponder:
    """`openssl ocsp` over an index, called for each request: as a server it would bind every interface."""

    folder: Path
    authority: Authority
    signer: Authority

    def know(self, certificate: x509.Certificate, *, revoked: bool) -> None:
        """Write the index: this certificate, good or revoked, and no other."""
        ends = f"{certificate.not_valid_after_utc:%y%m%d%H%M%SZ}"
        state, since = ("R", f"{datetime.now(UTC):%y%m%d%H%M%SZ},keyCompromise") if revoked else ("V", "")
        serial = f"{certificate.serial_number:X}"
        serial = serial.zfill(len(serial) + len(serial) % 2)
        line = f"{state}\t{ends}\t{since}\t{serial}\tunknown\t/CN=somebody\n"
        (self.folder / "index.txt").write_text(line)

    def place(self, asked: bytes) -> Reply:
        """A host's place that answers as OpenSSL does."""
        pem, key = Encoding.PEM, self.signer.key
        plain = (pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (self.folder / "signer.pem").write_bytes(self.signer.certificate.public_bytes(pem))
        (self.folder / "signer.key").write_bytes(key.private_bytes(*plain))
        (self.folder / "authority.pem").write_bytes(self.authority.certificate.public_bytes(pem))
        (self.folder / "asked").write_bytes(asked)
        files = "-index index.txt -CA authority.pem -rsigner signer.pem -rkey signer.key -reqin asked"
        command = ["openssl", "ocsp", *files.split(), "-respout", "answer", "-nmin", "5"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return Reply((self.folder / "answer").read_bytes())
