"""Passkeys of staff (W3C WebAuthn level 3): what a browser is asked for, and whether its answer holds.

The device asks for a fingerprint, a face or a PIN before it answers (user verification): what one has and what
one is or knows, two factors in one (P30). The challenge is a row that was taken just before (P32, rule R01).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import BigInteger, ForeignKey, or_, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from onboarding.accounts.challenges import Challenge
from onboarding.accounts.staff import Staff
from onboarding.db import Base, HasId

ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256 (older Windows): IANA COSE algorithms
LONGEST = 16_384  # characters of an answer
# What the library raises where an answer is not what it should be; it does not tell apart what is wrong.
WRONG = (ValueError, TypeError, KeyError, AttributeError, AssertionError, NotImplementedError, RecursionError)
REQUIRED = UserVerificationRequirement.REQUIRED


class Passkey(HasId, Base):
    """One passkey. `credential` is what the device made it of (WebAuthn 6.5.1): its id and its public key."""

    __tablename__ = "passkeys"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    credential: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()


@dataclass(frozen=True)
class Site:
    """Where a passkey is for: the console's host (relying party id) and the portal's name."""

    host: str
    name: str

    def server(self, origin: str) -> Fido2Server:
        """The library, held to one origin, as the browser shows it."""
        made = Fido2Server(
            PublicKeyCredentialRpEntity(name=self.name, id=self.host), verify_origin=lambda told: told == origin
        )
        kind = PublicKeyCredentialType.PUBLIC_KEY
        made.allowed_algorithms = [PublicKeyCredentialParameters(type=kind, alg=alg) for alg in ALGORITHMS]
        return made

    def ask_new(self, challenge: Challenge, staff: Staff) -> dict[str, Any]:
        """What the browser needs to make a passkey; the device keeps it and shows this name."""
        user = PublicKeyCredentialUserEntity(id=staff.id.bytes, name=staff.name or "", display_name=staff.name)
        options, _state = self.server(challenge.origin).register_begin(
            user,
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=REQUIRED,
            challenge=bytes.fromhex(challenge.nonce),
        )
        return dict(options.public_key)

    def ask(self, challenge: Challenge) -> dict[str, Any]:
        """What the browser needs to use a passkey, whichever its owner chooses: nobody types a name."""
        options, _state = self.server(challenge.origin).authenticate_begin(
            user_verification=REQUIRED, challenge=bytes.fromhex(challenge.nonce)
        )
        return dict(options.public_key)


def state(challenge: Challenge) -> dict[str, Any]:
    """What the library is told of the challenge that was given out."""
    return {"challenge": websafe_encode(bytes.fromhex(challenge.nonce)), "user_verification": REQUIRED}


def read(proof: str) -> Any:
    """A browser's answer. Raises ValueError where it is none."""
    if len(proof) > LONGEST:
        raise ValueError("too long")
    return json.loads(proof)


def check_new(db: Session, site: Site, challenge: Challenge, proof: str) -> AuthenticatorData | None:
    """The passkey in an answer to `ask_new`; None where the answer does not hold."""
    try:
        answer = RegistrationResponse.from_dict(read(proof))
        made = site.server(challenge.origin).register_complete(state(challenge), answer)
    except WRONG:
        return None
    kept = made.credential_data
    if kept is None or kept.public_key.get(3) not in ALGORITHMS or answer.response.client_data.cross_origin:
        return None
    return None if of(db, kept.credential_id) else made


def keep(db: Session, now: datetime, staff: Staff, made: AuthenticatorData) -> None:
    """Keep a passkey that was checked."""
    kept = made.credential_data
    assert kept is not None
    passkey = Passkey(credential_id=kept.credential_id, credential=bytes(kept), sign_count=made.counter)
    passkey.staff, passkey.added_at = staff, now
    db.add(passkey)


def verify(db: Session, now: datetime, site: Site, challenge: Challenge, proof: str) -> Staff | str:
    """Whose passkey answered the challenge, or in one word why nobody's did.

    A count that does not grow means that the device was copied (WebAuthn 7.2, step 22); many count nothing, and
    stay at zero.
    """
    try:
        answer = AuthenticationResponse.from_dict(read(proof))
        passkey = of(db, answer.raw_id)
        if passkey is None or answer.response.user_handle not in (None, passkey.staff_id.bytes):
            return "unknown"
        known = AttestedCredentialData(passkey.credential)
        site.server(challenge.origin).authenticate_complete(state(challenge), [known], answer)
    except WRONG:
        return "signature"
    if answer.response.client_data.cross_origin:
        return "signature"
    if passkey.staff.ended_at is not None:
        return "ended"
    return passkey.staff if counted(db, now, passkey, answer.response.authenticator_data.counter) else "counter"


def of(db: Session, credential_id: bytes) -> Passkey | None:
    """The passkey of this id, with whose it is."""
    mine = select(Passkey).where(Passkey.credential_id == credential_id).options(joinedload(Passkey.staff))
    return db.scalar(mine)


def counted(db: Session, now: datetime, passkey: Passkey, count: int) -> bool:
    """Keep the count of a use if it has grown, by one statement."""
    grown = or_(Passkey.sign_count < count, (Passkey.sign_count == 0) & (count == 0))
    kept = update(Passkey).where(Passkey.id == passkey.id, grown).values(sign_count=count, used_at=now)
    return db.scalar(kept.returning(Passkey.id)) is not None
