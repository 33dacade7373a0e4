"""The check of the citizen's own computer: everything that signing with a token needs, a line for each."""

from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from onboarding.journey.forms import StepForm
from onboarding.journey.steps import Step
from onboarding.journey.visit import Visit
from onboarding.signatures import bridges
from onboarding.web.headers import allow_connections


def show(_visit: Visit) -> dict[str, Any]:
    """What a page that speaks to signing programs needs, and may connect to."""
    allow_connections(*bridges.CONNECT_SOURCES)
    return {
        "bridges": bridges.BRIDGES,
        "licence": current_app.extensions["settings"].vnpt_licence,
        "words_url": url_for("usb_check.words"),
    }


STEP = Step("usb-check", _l("Check this computer for signing"), ("usb",), StepForm, show=show, entrance=True)
