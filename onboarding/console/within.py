"""What a request of the console works with."""

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from onboarding.config import Settings
from onboarding.web import requests
from onboarding.work import current_session


def within() -> tuple[Session, datetime, Settings]:
    """The database session, the time and the settings of this request."""
    return current_session(), requests.now(), current_app.extensions["settings"]
