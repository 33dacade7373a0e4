"""A page where a token signs: the form that takes the signature, and who has signed, for whatever purpose.

An issuer may be slow to answer, so nothing is held while it is asked, and the journey is found again afterwards.
"""

import base64
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired

from onboarding.accounts import certificates, challenges, events, limits
from onboarding.accounts.certificates import Presented
from onboarding.journey import gate, usb_check
from onboarding.journey.forms import StepForm
from onboarding.journey.visit import Visit
from onboarding.resources import N_
from onboarding.signatures import chain
from onboarding.signatures.chain import Signer
from onboarding.signatures.challenge import CONFIRM, LINK, SIGN_IN, Challenge
from onboarding.signatures.proof import Proof
from onboarding.signatures.refusals import Refusal, Revoked
from onboarding.signatures.trust import Trust
from onboarding.work import nothing_held

Answer = TypeVar("Answer")

PURPOSES = {"usb": SIGN_IN, "confirm-token": CONFIRM, "link-token": LINK}  # by the step that asks for it
TOO_LATE = N_("The signature came too late or was made on another page. Press the button and sign once more.")
NOT_STARTED = _l("Press the button to sign with your token.")


class UsbForm(StepForm):
    """What the token signed, put in by the page's script."""

    kind = HiddenField(validators=[InputRequired(NOT_STARTED)])
    proof = HiddenField(validators=[InputRequired(NOT_STARTED)])

    def typed(self) -> dict[str, str | bool]:
        """Nothing: a proof counts once."""
        return {}


def show(visit: Visit) -> dict[str, Any]:
    """What the page's script needs; the page may talk to the signing programs of the bridges only."""
    return {"challenge_url": url_for("usb.challenge", name=visit.step.name), **usb_check.show(visit)}


def presented(visit: Visit, form: UsbForm) -> Presented | None:
    """The certificate whose key has signed this page's challenge; none where the form then says why not.

    The challenge is used up before anybody is asked, whatever comes of it (P32). Raises Overtaken.
    """
    try:
        hash_signatures = bool(visit.settings.hash_signatures)
        proof = chain.parse(str(form.kind.data), str(form.proof.data), hash_signatures=hash_signatures)
    except Refusal as refusal:
        refuse(visit, form, refusal)
        return None
    taken = challenges.take(visit.db, visit.now, visit.came_with, PURPOSES[visit.step.name])
    if taken is None:
        form.refuse(form.proof, TOO_LATE)
        return None
    challenge = as_signed(visit, taken)
    found = asked(visit, lambda trust: chain.check(proof, challenge, trust, visit.now))
    if isinstance(found, Refusal):
        refuse(visit, form, found)
        if isinstance(found, Revoked):
            end_revoked(visit, proof)
    gate.come_back(visit)
    return None if isinstance(found, Refusal) else kept(found)


def refuse(visit: Visit, form: UsbForm, refusal: Refusal) -> None:
    """Say beside the form, and in the record of events, why a signature does not count."""
    note(visit, refusal)
    form.refuse(form.proof, refusal.message)


def stands_by(visit: Visit, presented: Presented) -> bool:
    """Whether the issuer of a certificate that this journey has seen sign still stands by it.

    Minutes or, on another device, days may have passed since it signed (attack C17). Raises Overtaken.
    """
    certificate = base64.b64decode(presented.encoded)
    found = asked(visit, lambda trust: chain.check_again(certificate, presented.issuer, trust, visit.now))
    if isinstance(found, Refusal):
        note(visit, found)
    gate.come_back(visit)
    return not isinstance(found, Refusal)


def note(visit: Visit, refusal: Refusal) -> None:
    """Record why a certificate or its signature does not count, as far as nobody fills the database so."""
    free, _hits = current_app.extensions["hits"].spend(visit.now, limits.refusals(f"signature {refusal.code}"))
    if free:
        events.record(visit.db, visit.now, "signature-refused", journey=visit.journey_id, reason=refusal.code)


def asked(visit: Visit, question: Callable[[Trust], Answer]) -> Answer | Refusal:
    """What the checks say of a certificate, of which the last may ask its issuer: nothing is held meanwhile.

    The question must read nothing from the database. What came of it counts after `gate.come_back` alone.
    """
    visit.note_form({"asking": True})
    visit.save()
    with nothing_held():
        try:
            return question(current_app.extensions["trust"])
        except Refusal as refusal:
            return refusal


def as_signed(visit: Visit, taken: challenges.Challenge) -> Challenge:
    """The stored challenge as the text that the token was given."""
    return Challenge(
        portal=visit.settings.portal_name,
        origin=taken.origin,
        purpose=taken.purpose,
        nonce=taken.nonce,
        issued_at=taken.issued_at,
        expires_at=taken.expires_at,
    )


def end_revoked(visit: Visit, proof: Proof) -> None:
    """A certificate that its issuer has taken back opens nothing any more, and what it has opened is closed."""
    linked = certificates.find_linked(visit.db, proof.certificate.key_hash)
    if linked is not None:
        certificates.end(visit.db, visit.now, linked, "revoked")


def kept(signer: Signer) -> Presented:
    """What accounts keep of a signer."""
    who = signer.identity
    return Presented(
        key_hash=signer.key_hash,
        issuer=signer.issuer,
        serial=signer.serial,
        subject=signer.subject,
        not_after=signer.not_after,
        encoded=base64.b64encode(signer.certificate).decode(),
        national_id=who.national_id,
        tax_code=who.tax_code,
        name=who.name if who.national_id else who.organisation or who.name,
    )
