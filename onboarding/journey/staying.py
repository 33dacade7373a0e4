"""A known person's page: until when it stays open if nothing is done on it (P23)."""

from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from onboarding.journey.steps import Own
from onboarding.journey.visit import Visit
from onboarding.web.staying import on_page, staying


def open_until(visit: Visit) -> datetime:
    """When this journey falls idle."""
    assert visit.journey is not None
    return visit.journey.last_at + timedelta(seconds=visit.settings.idle_seconds)


def of_page(visit: Visit) -> dict[str, Any]:
    """What a page says of its end, and where its script asks for more time; empty where it shows nobody's data."""
    if visit.step.entrance or visit.finished or not visit.known:
        return {}
    told = staying(visit.now, open_until(visit))
    own = {name: Own(str(told[name])) for name in ("seconds", "until")}
    here, more, typed = (
        url_for(endpoint, name=visit.step.name) for endpoint in ("journey.step", "asides.stay", "asides.typed")
    )
    return on_page({**told, **own}, here, more, typed)
