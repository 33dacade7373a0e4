"""The sandbox's room as a whole: its pages, what programs call, and the faults."""

from flask import Flask
from flask_wtf import CSRFProtect

from onboarding.sandbox import faults
from onboarding.sandbox.api import api
from onboarding.sandbox.pages import pages


def open_room(app: Flask, csrf: CSRFProtect) -> None:
    """Open it. Programs send no form's token, but JSON, which no page of another site can send (`takes_json`)."""
    csrf.exempt(api)
    app.register_blueprint(pages)
    app.register_blueprint(api)
    faults.init_app(app)
