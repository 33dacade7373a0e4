"""What one verified USB sign-in costs the server, beside the bare public-key operations it needs.

.venv/bin/python -m bench.usb

The bare operations: read the signer's certificate, verify the signature of the proof, that of the certificate and
that of the authority above it (RSA-2048 each). The sign-in: `chain.parse` and `chain.check`, by CPU time of this
process; once with a certificate that this worker has not met, once with its revocation cached.
"""

import base64
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onboarding.sandbox import certificates, issuers
from onboarding.signatures import chain
from onboarding.signatures.challenge import SIGN_IN, Challenge
from onboarding.signatures.trust import Trust
from onboarding.token_agent.cms import signed_data
from onboarding.token_agent.signer import Signer

GOAL = 4
CITIZENS = 100
ROUNDS = 7


class Citizens:
    """Some citizens of one test issuer, each with a certificate and a proof of the same challenge."""

    def __init__(self, folder: Path, now: datetime) -> None:
        issuers.ensure_issuers(folder, now)
        self.folder, self.now = folder, now
        self.root, self.authority = (load(folder, "vnpt") for load in (issuers.load_root, issuers.load_authority))
        self.challenge = Challenge(
            portal="Hậu Giang",
            origin="http://127.0.0.1:8000",
            purpose=SIGN_IN,
            nonce="0123456789abcdef" * 4,
            issued_at=now,
            expires_at=now + timedelta(minutes=5),
        )
        self.text = self.challenge.text().encode()
        self.proofs = [self.proof() for _ in range(CITIZENS)]

    def proof(self) -> tuple[bytes, bytes, str]:
        """A certificate, a bare signature, and the proof as the page sends it."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        person = issuers.Person("Nguyễn Văn An", national_id="093085001234")
        der = certificates.issue(self.folder, "vnpt", public, person, self.now).public_bytes(Encoding.DER)

        def sign_digest(_algorithm: str, _hash_name: str, digest: bytes) -> bytes:
            return key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))

        signer = Signer(der, sign_digest)
        proof = base64.b64encode(signed_data(signer, self.text)).decode()
        return der, signer.sign(self.text), proof

    def bare(self) -> None:
        """The public-key operations of all of them."""
        root, authority = self.root.certificate, self.authority.certificate
        for der, signature, _ in self.proofs:
            certificate = x509.load_der_x509_certificate(der)
            key = certificate.public_key()
            assert isinstance(key, rsa.RSAPublicKey)
            key.verify(signature, self.text, padding.PKCS1v15(), hashes.SHA256())
            certificate.verify_directly_issued_by(authority)
            authority.verify_directly_issued_by(root)

    def sign_in(self, trust: Trust) -> None:
        """All of them sign in."""
        for _, _, proof in self.proofs:
            chain.check(chain.parse("cms", proof), self.challenge, trust, self.now)


def cost(work: Callable[[], None]) -> float:
    """Milliseconds of CPU for one citizen."""
    before = process_time()
    work()
    return 1000 * (process_time() - before) / CITIZENS


def measure() -> str:
    """The section of the report."""
    with tempfile.TemporaryDirectory() as name:
        citizens = Citizens(Path(name), datetime.now(UTC))
        met = Trust.load(Path(name))
        citizens.sign_in(met)
        rounds = []
        for _ in range(ROUNDS):
            new = Trust.load(Path(name))
            rounds.append(
                [
                    cost(citizens.bare),
                    cost(lambda new=new: citizens.sign_in(new)),
                    cost(lambda: citizens.sign_in(met)),
                ]
            )  # type: ignore[misc]
    bare, first, cached = (median(column) for column in zip(*rounds, strict=True))
    times = median(row[2] / row[0] for row in rounds)
    verdict = "reached" if times <= GOAL else "**missed**"
    return f"""
## One verified USB sign-in, CPU

| public-key operations alone | certificate not met before | revocation cached | times the operations |
|---:|---:|---:|---:|
| {bare:.2f} ms | {first:.2f} ms | {cached:.2f} ms | {times:.1f} (at most {GOAL}: {verdict}) |
"""


if __name__ == "__main__":
    print(measure())
