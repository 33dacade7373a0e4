"""I have an account by USB digital signature: sign a challenge with the token, and be signed in or registered."""

from flask_babel import lazy_gettext as _l

from onboarding.accounts import certificates, codes, events, people
from onboarding.accounts.certificates import Certificate, Linking, Presented
from onboarding.accounts.people import Account
from onboarding.journey import notices, proving, signature, signing_in, usb_check
from onboarding.journey.forms import StepForm
from onboarding.journey.signature import UsbForm
from onboarding.journey.steps import Answer, Step
from onboarding.journey.visit import Visit


def take_proof(visit: Visit, form: UsbForm) -> str | None:
    """Check the signature; a refused one says why and what to do."""
    presented = signature.presented(visit, form)
    if presented is None:
        return None
    linked = certificates.find_linked(visit.db, presented.key_hash)
    if linked is None or not certificates.fits(linked.account, presented):
        return first_time(visit, form, presented)
    certificates.take_over(visit.db, linked, presented)
    return sign_in(visit, linked)


def sign_in(visit: Visit, linked: Certificate) -> str:
    """Sign in the owner of a linked certificate."""
    if linked.account.state != "active":
        return "suspended"
    signing_in.sign_in(visit, linked.account, "usb", linked)
    return "signed-in"


def first_time(visit: Visit, form: UsbForm, presented: Presented) -> str | None:
    """A certificate seen for the first time: link it to its owner's account by a phone code, or register."""
    visit.remember(certificate=presented.facts())
    visit.renew()
    kind = presented.kind
    owner = people.find_by_identity(visit.db, kind, presented.national_id, presented.tax_code)
    if owner is not None:
        return send_code(visit, form, owner, presented)
    number = {"national_id": presented.national_id or ""}
    if kind == "organisation":
        number = {"tax_code": presented.tax_code or ""}
    visit.prefill(kind, {"name": presented.name, **number})
    return "register"


def send_code(visit: Visit, form: UsbForm, owner: Account, presented: Presented) -> str | None:
    """Send a code to the number of the account that the certificate shall be linked to (rule R38)."""
    events.record(
        visit.db,
        visit.now,
        "certificate-seen",
        account=owner.id,
        journey=visit.journey_id,
        issuer=presented.issuer,
    )
    refused = proving.begin(visit, proving.LINK, str(owner.numbers[0].number))
    if isinstance(refused, codes.Refused):
        form.refuse(form.proof, proving.WHY_NO_CODE[refused.reason], time=proving.at(refused.until))
        return None
    return "usb-code"


def after_code(visit: Visit, number: str) -> str:
    """Link the certificate to the account whose number was proven, in place of one near its end; sign in."""
    presented = Presented.of_facts(visit.facts["certificate"])
    stands_by = signature.stands_by(visit, presented)
    owner = people.find_by_number(visit.db, number)
    if owner is None or owner.state != "active":
        return "suspended"
    linking = signing_in.link(visit, owner, presented) if stands_by else Linking("refused")
    if linking.certificate is None:
        visit.prefill("call-back", {"reason": "token-not-linked"})
        return "token-refused" if linking.kind == "refused" else "call-back"
    notices.certificate_linked(visit, owner)
    certificates.replace_earlier(visit.db, visit.now, linking.certificate)
    return sign_in(visit, linking.certificate)


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
            {"press": _l("Sign in with the token"), "other_ways": ("phone", "register", "guided-help")},
            show=signature.show,
            fork=True,
        ),
        proving.code_step(
            "usb-code", ("signed-in", "suspended", "call-back", "token-refused"), proving.LINK, after_code
        ),
        Step(
            "token-refused",
            _l("This token cannot be used any more"),
            ("account",),
            StepForm,
            words={
                "points": (
                    _l("While you entered the code, the certificate on the token was revoked, or it ended."),
                    _l("Ask whoever issued the token about it. Your account has not changed."),
                    _l("You can sign in with your phone number: press Continue."),
                )
            },
            template="explanation",
        ),
        usb_check.STEP,
    ),
)
