"""I have an account by USB digital signature: sign a challenge with the token, and be signed in or registered."""

from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import InputRequired

from onboarding.accounts import challenges, codes, events, people
from onboarding.accounts.people import Account
from onboarding.db import new_id
from onboarding.journey import notices, proving, signing_in
from onboarding.journey.forms import StepForm
from onboarding.journey.steps import Answer, Step
from onboarding.journey.visit import Visit
from onboarding.resources import N_
from onboarding.signatures import bridges, chain
from onboarding.signatures.chain import Signer
from onboarding.signatures.challenge import SIGN_IN, Challenge
from onboarding.signatures.refusals import Refusal
from onboarding.web.headers import allow_connections

TOO_LATE = N_("The signature came too late or was made on another page. Press the button and sign once more.")
NOT_STARTED = _l("Press the button to sign with your token.")


class UsbForm(StepForm):
    """What the token signed, put in by the page's script."""

    kind = HiddenField(validators=[InputRequired(NOT_STARTED)])
    proof = HiddenField(validators=[InputRequired(NOT_STARTED)])

    def typed(self) -> dict[str, str | bool]:
        """Nothing: a proof counts once."""
        return {}


def show(_visit: Visit) -> dict[str, Any]:
    """What the page's script needs; the page may talk to the signing programs of the bridges only."""
    allow_connections(*(source for bridge in bridges.BRIDGES for source in bridge.connect_sources))
    scripts = (*(bridge.script for bridge in bridges.BRIDGES), bridges.PAGE_SCRIPT)
    licence = current_app.extensions["settings"].vnpt_licence
    return {"challenge_url": url_for("usb.challenge"), "scripts": scripts, "licence": licence}


def take_proof(visit: Visit, form: UsbForm) -> str | None:
    """Check the signature; a refused one says why and what to do."""
    try:
        signer = signer_of(visit, form)
    except Refusal as refusal:
        events.record(visit.db, visit.now, "signature-refused", journey=visit.journey_id, reason=refusal.code)
        form.refuse(form.proof, refusal.message)
        return None
    if signer is None:
        form.refuse(form.proof, TOO_LATE)
        return None
    owner = people.find_by_key(visit.db, signer.key_hash)
    return sign_in(visit, owner) if owner else first_time(visit, form, signer)


def signer_of(visit: Visit, form: UsbForm) -> Signer | None:
    """Who signed the challenge of this page; none where there is no challenge alive. Raises Refusal."""
    hash_signatures = bool(visit.settings.hash_signatures)
    proof = chain.parse(str(form.kind.data), str(form.proof.data), hash_signatures=hash_signatures)
    taken = challenges.take(visit.db, visit.now, visit.came_with, SIGN_IN)
    return (
        chain.check(proof, as_signed(visit, taken), current_app.extensions["trust"], visit.now) if taken else None
    )


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


def sign_in(visit: Visit, owner: Account) -> str:
    """Sign in the owner of a linked certificate."""
    if owner.state != "active":
        return "suspended"
    signing_in.sign_in(visit, owner, "usb")
    return visit.only_way_on()


def first_time(visit: Visit, form: UsbForm, signer: Signer) -> str | None:
    """A certificate seen for the first time: link it to its owner's account by a phone code, or register."""
    identity = signer.identity
    kind = "citizen" if identity.national_id else "organisation"
    visit.remember(
        certificate={
            "key_hash": signer.key_hash.hex(),
            "issuer": signer.issuer,
            "serial": signer.serial,
            "subject": signer.subject,
            "not_after": signer.not_after.isoformat(),
            "kind": kind,
            "id": identity.national_id or identity.tax_code,
        }
    )
    owner = people.find_by_identity(visit.db, kind, identity.national_id, identity.tax_code)
    visit.renew()
    if owner is not None:
        return send_code(visit, form, owner)
    known = {"name": identity.name, "national_id": identity.national_id or ""}
    if kind == "organisation":
        known = {"name": identity.organisation or identity.name, "tax_code": identity.tax_code or ""}
    visit.prefill(kind, known)
    return "register"


def send_code(visit: Visit, form: UsbForm, owner: Account) -> str | None:
    """Send a code to the number of the account that the certificate shall be linked to (rule R38)."""
    number, flow = str(owner.numbers[0].number), str(new_id())
    sent = proving.send(visit, proving.LINK, number, flow)
    if isinstance(sent, codes.Refused):
        form.refuse(form.proof, proving.WHY_NO_CODE[sent.reason], time=proving.at(sent.until))
        return None
    visit.remember(number=number, flow=flow, resend_at=sent.resend_at.isoformat())
    return "usb-code"


def after_code(visit: Visit, number: str) -> str:
    """Link the certificate to the account whose number was proven, and sign in."""
    owner = people.find_by_number(visit.db, number)
    certificate = visit.facts["certificate"]
    if owner is None or not signing_in.link(visit, owner, certificate):
        return "call-back"
    notices.certificate_linked(visit, owner)
    return sign_in(visit, owner)


ANSWER = Answer(
    value="usb",
    label=_l("I have an account by USB digital signature (VNPT or the Government Cipher Committee)"),
    hint=_l("You need a computer, the token and its PIN."),
    steps=(
        Step(
            "usb",
            _l("Sign in with your USB token"),
            ("signed-in", "usb-code", "register", "suspended"),
            UsbForm,
            take_proof,
            show=show,
        ),
        proving.code_step("usb-code", ("signed-in", "suspended", "call-back"), proving.LINK, after_code),
    ),
)
