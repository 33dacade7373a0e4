"""The sites of one installation: departments, each with a page, portlets and figures of its own.

The site `portal` is always there. What nobody has written about it is what the settings and the templates say.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.db import Base

PORTAL = "portal"
PORTLETS = ("question", "visitors", "tally")
RULES = ("everybody", "citizens", "nobody")  # who may see a portlet; citizens are those who are signed in
COLOURS = ("brand", "accent", "button", "link")
CONTRAST = 5.3  # to white; it leaves 4.5:1 (WCAG 2.2, 1.4.3) on the darkest ground that the style sheet has

NAME = re.compile(r"(?!.{64})[a-z0-9]+(-[a-z0-9]+)*")
COLOUR = re.compile(r"#[0-9a-f]{6}")
ORIGIN = re.compile(
    r"https://([a-z0-9-]+\.)+[a-z0-9-]+(:[0-9]{1,5})?|https?://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
)


class Site(Base):
    """One department's site. `news` has date, title and text; `visits_before` were counted elsewhere, earlier."""

    __tablename__ = "sites"

    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    colours: Mapped[dict[str, str]] = mapped_column(JSON)
    news: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    origins: Mapped[list[str]] = mapped_column(JSON)
    portlets: Mapped[dict[str, str]] = mapped_column(JSON)
    visits_before: Mapped[int] = mapped_column(BigInteger)


def described(name: str, given: Mapping[str, Any]) -> Site:
    """The site that somebody has described; what is left out is as it is without a description.

    Raises:
        ValueError: with a line for everything that is wrong.
    """
    wrong = [f"{name}: a site's name has small letters, digits and hyphens, 63 at most"] * (
        not NAME.fullmatch(name)
    )
    wrong += [f"{name}: there is no {field}" for field in given.keys() - CHECKS.keys()]
    wrong += [
        f"{name}: {field} {sentence}"
        for field, (is_right, sentence) in CHECKS.items()
        if field in given and not is_right(given[field])
    ]
    if wrong:
        raise ValueError("\n".join(wrong))
    news = given.get("news")
    return Site(
        name=name,
        title=given.get("title"),
        colours=dict(given.get("colours", {})),
        news={part: str(text) for part, text in news.items()} if news else None,
        origins=list(given.get("origins", ())),
        portlets=dict(given.get("portlets", {})),
        visits_before=given.get("visits_before", 0),
    )


def differences(before: Site, after: Site) -> list[str]:
    """In which fields two descriptions differ."""
    return [field for field in CHECKS if getattr(before, field) != getattr(after, field)]


def version(site: Site) -> str:
    """What changes whenever the description does."""
    fields = [getattr(site, field) for field in CHECKS]
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16]


def save(db: Session, site: Site) -> None:
    """Write a site as it is described now."""
    db.merge(site)


def every(db: Session) -> dict[str, Site]:
    """All sites by name."""
    return {PORTAL: described(PORTAL, {})} | {site.name: site for site in db.scalars(select(Site))}


def name_in(text: str | None) -> str | None:
    """The text, where a site can be called so."""
    return text if text and NAME.fullmatch(text) else None


def known(db: Session, name: str | None) -> str:
    """The name of a site of ours; the portal's where there is none of that name."""
    return (name and db.scalar(select(Site.name).where(Site.name == name))) or PORTAL


def is_line(value: Any) -> bool:
    """Whether it is a line of text that can stand on a page."""
    return isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) <= 200


def is_news(value: Any) -> bool:
    """Whether it is a news item, its text in paragraphs with an empty line between them."""
    return (
        isinstance(value, dict)
        and value.keys() == {"date", "title", "text"}
        and type(value["date"]) is date
        and is_line(value["title"])
        and isinstance(value["text"], str)
        and 0 < len(value["text"].strip()) <= 2000
    )


def are_colours(value: Any) -> bool:
    """Whether all are custom properties of ours, with values on which white can be read, or which on white can."""
    return isinstance(value, dict) and all(
        name in COLOURS
        and isinstance(colour, str)
        and COLOUR.fullmatch(colour)
        and (name == "accent" or contrast_to_white(colour) >= CONTRAST)
        for name, colour in value.items()
    )


def contrast_to_white(colour: str) -> float:
    """Contrast ratio of `#rrggbb` to white, from 1 to 21 (WCAG 2.2, "contrast ratio", "relative luminance")."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def are_origins(value: Any) -> bool:
    """Whether all are origins of pages that may show our portlets; plain http only on this computer."""
    return isinstance(value, list) and all(isinstance(one, str) and ORIGIN.fullmatch(one) for one in value)


def are_rules(value: Any) -> bool:
    """Whether all are portlets of ours, each with who may see it."""
    return isinstance(value, dict) and all(
        name in PORTLETS and isinstance(rule, str) and rule in RULES for name, rule in value.items()
    )


def is_count(value: Any) -> bool:
    """Whether it can be a number of visits."""
    return type(value) is int and 0 <= value < 2**53


CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "title": (is_line, "is a line of text"),
    "colours": (are_colours, f"are {', '.join(COLOURS)}: #rrggbb, all but accent dark enough beside white"),
    "news": (is_news, "has a date, a title and a text of at most 2000 letters"),
    "origins": (are_origins, "are like https://so.example.vn, with nothing behind the host"),
    "portlets": (are_rules, f"are {', '.join(PORTLETS)}: {', '.join(RULES)}"),
    "visits_before": (is_count, "is a whole number"),
}
