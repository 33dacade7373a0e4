"""What states, values and identities are called on the console's pages."""

from typing import Any

from flask_babel import lazy_gettext as _l

from onboarding.console.guard import console

STATES = {
    "active": _l("active"),
    "suspended": _l("suspended"),
    "closed": _l("closed and erased"),
    "merged": _l("merged into another account"),
}
IDENTITIES = {
    "declared": _l("as stated by the citizen"),
    "certificate": _l("confirmed by certificate"),
    "disputed": _l("disputed: another account has the same number"),
}
VALUES = {
    "name": _l("Name"),
    "national-id": _l("Identity number"),
    "tax-code": _l("Tax code"),
    "representative": _l("Representative"),
    "birth-date": _l("Date of birth"),
    "phone-number": _l("Phone number"),
    "new-phone-number": _l("New phone number"),
}


@console.context_processor
def words() -> dict[str, Any]:
    """For every page of the console."""
    return {"state_names": STATES, "identity_names": IDENTITIES, "value_names": VALUES}
