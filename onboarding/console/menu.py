"""The console's menu: of all pages in it those that the reader may open."""

from typing import Any

from flask import current_app, g, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import object_session

from onboarding.console import outcome
from onboarding.console.guard import console, roles_of
from onboarding.web import requests
from onboarding.web.staying import on_page, staying

MENU = (  # a page is one line here
    ("console.home", _l("Overview")),
    ("console.find", _l("Find a person")),
    ("console.queue", _l("Callbacks")),
    ("console.figures", _l("Figures")),
    ("console.approvals_list", _l("Approvals")),
    ("console.staff_list", _l("Staff")),
    ("console.sites_list", _l("Sites")),
    ("console.clients_list", _l("Services")),
    ("console.trail", _l("Audit trail")),
)
ROLE_NAMES = {
    "helper": _l("helper"),
    "supervisor": _l("supervisor"),
    "auditor": _l("auditor"),
    "administrator": _l("administrator"),
}


@console.context_processor
def around() -> dict[str, Any]:
    """What every page of a signed-in member of staff has around it."""
    mine = g.get("staff_session")
    if mine is None or object_session(mine) is None:  # nobody, or an error page after what failed was rolled back
        return {}
    now, settings = requests.now(), current_app.extensions["settings"]
    menu = [(endpoint, label) for endpoint, label in MENU if mine.staff.role in roles_of(current_app, endpoint)]
    here = request.full_path.rstrip("?") if request.method == "GET" else "/console/"
    stay = on_page(staying(now, mine.open_until(settings)), here, "/console/stay")
    return {"me": mine.staff, "menu": menu, "role_names": ROLE_NAMES, "done": outcome.told(), **stay}
