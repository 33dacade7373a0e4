"""Linking another token to one's account, and removing one; both begin on the account's page."""

from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from onboarding.accounts import certificates
from onboarding.journey import notices, signature, signing_in
from onboarding.journey.forms import StepForm, radio_field
from onboarding.journey.gate import me
from onboarding.journey.signature import UsbForm
from onboarding.journey.steps import Step
from onboarding.journey.visit import Visit
from onboarding.resources import N_
from onboarding.work import current_session

ALREADY = N_("This token is linked to your account already. Plug in the other one.")
WHY_NOT = {
    "refused": N_("This certificate cannot be used any more. Please ask its issuer about it."),
    "other-identity": N_(
        "The number in this certificate is not the one in your account. Use a token of your own."
    ),
    "taken": N_("Another account has this identity number, proven by a token. Ask to be called; we sort it out."),
    "foreign-key": N_("This token belongs to another account. Ask to be called; we sort it out."),
}


def take_token(visit: Visit, form: UsbForm) -> str | None:
    """Link the token that has signed; its owner is told by message."""
    presented = signature.presented(visit, form)
    if presented is None:
        return None
    account = me().account
    linked = certificates.find_linked(visit.db, presented.key_hash)
    if linked is not None and linked.account_id == account.id:
        form.refuse(form.proof, ALREADY)
        return None
    linking = signing_in.link(visit, account, presented)
    if linking.certificate is None:
        form.refuse(form.proof, WHY_NOT[linking.kind])
        return None
    notices.certificate_linked(visit, account)
    return visit.only_way_on()


class UnlinkForm(StepForm):
    """Which of one's own tokens."""

    certificate = radio_field(
        _l("Which token do you want to remove from your account?"), _l("Choose one of the tokens."), []
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.certificate.choices = [
            SelectChoice(value=str(one.id), label=described(one))
            for one in certificates.of_account(current_session(), me().account_id)
        ]


def described(certificate: certificates.Certificate) -> str:
    """A token as its owner can tell it from another."""
    told: str = _(
        "%(issuer)s, number ending in %(serial)s, valid until %(day)s",
        issuer=certificate.issuer_name,
        serial=certificate.serial_end,
        day=format_date(certificate.not_after, "dd/MM/yyyy"),
    )
    return told


def take_choice(visit: Visit, form: UnlinkForm) -> str:
    """Remove the token; the phone number stays a way in, and its owner is told by message."""
    mine = me()
    for one in certificates.of_account(visit.db, mine.account_id):
        if str(one.id) == form.certificate.data:
            certificates.end(visit.db, visit.now, one, "removed")
            notices.certificate_removed(visit, mine.account)
    return visit.only_way_on()


STEPS = (
    Step(
        "link-token",
        _l("Link a USB token"),
        ("token-linked",),
        UsbForm,
        take_token,
        {"press": _l("Link the token")},
        show=signature.show,
        template="usb",
        entrance=True,
        only_for="just-proven",
    ),
    Step(
        "unlink-token",
        _l("Remove a USB token"),
        ("token-removed",),
        UnlinkForm,
        take_choice,
        personal=True,
        entrance=True,
        only_for="just-proven",
    ),
    Step("token-linked", _l("Your token is linked"), outcome="token-linked", exit="citizen.account"),
    Step("token-removed", _l("The token is removed"), outcome="token-removed", exit="citizen.account"),
)
