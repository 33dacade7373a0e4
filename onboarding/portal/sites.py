"""What the portal shows of all sites: read together, and kept by each process for two seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import abort, current_app

from onboarding.accounts import sites, visitors
from onboarding.accounts.sites import Site
from onboarding.accounts.visitors import Figures
from onboarding.web import requests
from onboarding.work import current_session

KEPT = timedelta(seconds=2)


class Shown(NamedTuple):
    """A site with its figures."""

    site: Site
    figures: Figures


@dataclass(frozen=True)
class AllSites:
    """All sites as they were at a time."""

    read_at: datetime
    by_name: dict[str, Shown]


def shown(name: str) -> Shown:
    """The site of that name with its figures; there is no such page where there is no such site."""
    kept: AllSites | None = current_app.extensions.get("sites")
    now = requests.now()
    if kept is None or not kept.read_at <= now < kept.read_at + KEPT:
        kept = current_app.extensions["sites"] = read(now)
    if name not in kept.by_name:
        abort(404)
    return kept.by_name[name]


def read(now: datetime) -> AllSites:
    """All sites as they are now."""
    db = current_session()
    every = sites.every(db)
    figures = visitors.figures(db, now, every)
    return AllSites(now, {name: Shown(site, figures[name]) for name, site in every.items()})
