"""What an administrator fills in about a service; `accounts/clients.py` says what is right."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import StopValidation

from onboarding.accounts import client_keys, clients
from onboarding.accounts.client_changes import FIELDS, version
from onboarding.accounts.clients import SCOPES, Client, WrongClient
from onboarding.accounts.signing_keys import ALGORITHM, OLDER
from onboarding.console.forms import ReasonForm, stripped
from onboarding.console.within import within

SCOPE_NAMES = {"profile": _l("Name"), "phone": _l("Phone number"), "national_id": _l("Identity number")}


def right(check: Callable[[ReasonForm, str], object]) -> Callable[[ReasonForm, Field], None]:
    """Hold a field to a check that raises WrongClient."""

    def checked(form: ReasonForm, field: Field) -> None:
        try:
            check(form, field.data)
        except WrongClient as wrong:
            raise ValidationError(gettext(wrong.message, **wrong.values)) from None

    return checked


def if_given(_form: ReasonForm, field: Field) -> None:
    """Leave out what is empty."""
    if not field.data:
        raise StopValidation


def entry(label: Any, *checks: Any, hint: Any = "", kind: type[StringField] = StringField) -> Any:
    """A field of text."""
    keys = {"autocomplete": "off", "spellcheck": "false"}
    return kind(label, checks, filters=[stripped], description=hint, render_kw=keys)


def addresses(least: int = 0) -> Callable[[ReasonForm, Field], None]:
    """The check of a field with addresses, one in a line; each that is wrong is named.

    The developer's own computer is for a sandbox.
    """

    @right
    def how_many(_form: ReasonForm, text: str) -> None:
        clients.check_addresses(text.split(), least=least, loopback=within()[2].sandbox)

    def checked(form: ReasonForm, field: Field) -> None:
        for one in field.data.split()[: clients.MOST_ADDRESSES]:
            try:
                clients.check_address(one, loopback=within()[2].sandbox)
            except WrongClient as wrong:
                form.refuse(field, wrong.message, **wrong.values)
        if field.errors:
            raise StopValidation
        how_many(form, field)

    return checked


@right
def address(_form: ReasonForm, text: str) -> None:
    """The check of a field with one address."""
    clients.check_address(text, loopback=within()[2].sandbox)


class Addresses(ReasonForm):
    """Where a service is, and what it may ask for; `version` is what it was when the page was opened."""

    version = HiddenField()
    redirect_uris = entry(
        _l("Redirect addresses"),
        addresses(least=1),
        hint=_l("Where it gets its answers, one per line, for example https://permits.example.vn/back"),
        kind=TextAreaField,
    )
    logout_uris = entry(
        _l("Addresses after signing out"),
        addresses(),
        hint=_l("Where a citizen may go then, one per line. It may stay empty."),
        kind=TextAreaField,
    )
    backchannel_logout_uri = entry(
        _l("Address for sign-out notices"), if_given, address, hint=_l("It may stay empty.")
    )
    events_uri = entry(_l("Address for account notices"), if_given, address, hint=_l("It may stay empty."))
    profile = BooleanField(SCOPE_NAMES["profile"])
    phone = BooleanField(SCOPE_NAMES["phone"])
    national_id = BooleanField(SCOPE_NAMES["national_id"])

    def described(self) -> dict[str, Any]:
        """What was filled in, where it is all right."""
        return {
            "redirect_uris": self.redirect_uris.data.split(),
            "logout_uris": self.logout_uris.data.split(),
            "backchannel_logout_uri": self.backchannel_logout_uri.data or None,
            "events_uri": self.events_uri.data or None,
            "scopes": ["openid", *(scope for scope in SCOPE_NAMES if self[scope].data)],
        }


class NewClient(Addresses):
    """A service that is registered: its name stands on citizens' pages."""

    name = entry(
        _l("Name of the service"),
        right(lambda _form, text: clients.check_name(within()[0], text)),
        hint=_l("Citizens read it when they are asked to agree. It cannot be changed later."),
    )
    sector = entry(
        _l("Sector"),
        right(
            lambda form, text: (
                form.redirect_uris.errors or clients.check_sector(text, form.redirect_uris.data.split())
            )
        ),
        hint=_l(
            "Services of one sector know a citizen by the same identifier. Empty: its host. "
            "It cannot be changed later."
        ),
    )
    jwks = entry(
        _l("Public keys"),
        if_given,
        right(lambda _form, text: client_keys.checked_text(text)),
        hint=_l("A JWK set in JSON. Empty: the service gets a secret, which is shown once."),
        kind=TextAreaField,
    )
    only_rs256 = BooleanField(_l("It can check ID tokens by RS256 only, not by ES256. This stays for good."))

    def described(self) -> dict[str, Any]:
        """What was filled in, where it is all right."""
        return super().described() | {
            "name": self.name.data,
            "sector": self.sector.data,
            "jwks": client_keys.checked_text(self.jwks.data) if self.jwks.data else None,
            "id_token_algorithm": OLDER if self.only_rs256.data else ALGORITHM,
        }


class Keys(ReasonForm):
    """The keys that take the place of what a service has proven itself by."""

    jwks = entry(
        _l("Public keys"),
        right(lambda _form, text: client_keys.checked_text(text)),
        hint=_l("A JWK set in JSON."),
        kind=TextAreaField,
    )


def typed(client: Client) -> dict[str, Any]:
    """What stands in the fields for a service as it is."""
    fields = {name: getattr(client, name) for name in FIELDS}
    lines = {name: "\n".join(value) if isinstance(value, list) else value for name, value in fields.items()}
    return lines | {scope: scope in client.scopes for scope in SCOPES} | {"version": version(client)}
