"""Until when a page with somebody's data stays open if nothing is done on it, and how it is kept open (P23).

Source: WCAG 2.2, 2.2.1: the end is announced in time and one action puts it off.
"""

from datetime import datetime
from typing import Any

from flask_babel import format_time

WARNING = 150  # seconds before the end (P23)


def staying(now: datetime, until: datetime) -> dict[str, Any]:
    """What a page and its script are told: seconds left, the time of the end as people read it, the warning."""
    left = max(0, int((until - now).total_seconds()))
    return {"seconds": left, "until": format_time(until, "HH:mm"), "warning": WARNING}


def on_page(told: dict[str, Any], here: str, more: str, typed: str = "") -> dict[str, Any]:
    """The same for the page's template: with where to open the page, ask for more time and keep what is typed."""
    return {f"stay_{name}": text for name, text in {**told, "here": here, "more": more, "typed": typed}.items()}
