"""`/` and the pages of departments' sites, and their portlets, each also alone for other sites."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from onboarding.accounts.sites import PORTAL, Site
from onboarding.accounts.visitors import Visitor
from onboarding.portal import sites
from onboarding.portal.colours import digest, style_sheet
from onboarding.portal.portlets import PORTLETS, content, embed_script
from onboarding.portal.robots import is_robot
from onboarding.web import headers, language
from onboarding.web.assets import FOREVER
from onboarding.web.requests import client_address

HOUR = 3600  # seconds that other sites' visitors keep the script

pages = Blueprint("portal", __name__)


@pages.get("/", defaults={"site": PORTAL})
@pages.get("/sites/<site>")
def page(site: str) -> str:
    """A site's page: news and all portlets."""
    shown = sites.shown(site)
    note_visit(site)
    found = content(shown, *PORTLETS)
    signed_in = current_app.extensions["signed_in"]()
    own = {"news": news(shown.site), "colours": look(shown.site), "signed_in": signed_in}
    return render_template("portal/page.html", **own, **found)


@pages.get("/portlet/<name>", defaults={"site": PORTAL})
@pages.get("/sites/<site>/portlet/<name>")
def portlet(site: str, name: str) -> Response:
    """A portlet alone, for the site's registered origins; 403 to whom it may not be shown."""
    shown = sites.shown(site)
    if name not in PORTLETS:
        abort(404)
    headers.allow_framing(*shown.site.origins)
    language.keep_no_choice()
    if name == "visitors":
        note_visit(site)
    found = content(shown, name)
    html = render_template(
        "portal/portlet.html", portlet=PORTLETS[name], alone=True, colours=look(shown.site), **found
    )
    return make_response(html, 200 if found["seen"] else 403)


@pages.get("/portlet/embed.js", defaults={"site": PORTAL})
@pages.get("/sites/<site>/portlet/embed.js")
def embed(site: str) -> Response:
    """The script for other sites. It finds the portlets beside its own address, and may be loaded by anybody."""
    sites.shown(site)
    response = Response(embed_script(), mimetype="text/javascript")
    response.headers["Cache-Control"] = f"public, max-age={HOUR}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@pages.get("/sites/<site>/<version>/colours.css")
def colours(site: str, version: str) -> Response:
    """A site's colours, under an address that changes with them."""
    sheet = style_sheet(sites.shown(site).site.colours)
    if version != digest(sheet):
        abort(404)
    response = Response(sheet, mimetype="text/css")
    response.headers["Cache-Control"] = FOREVER
    return response


def look(site: Site) -> str | None:
    """The version of a site's colours; None where it has none of its own."""
    return digest(style_sheet(site.colours)) if site.colours else None


def news(site: Site) -> dict[str, Any] | None:
    """A site's news item, its text in paragraphs."""
    if site.news is None:
        return None
    return {**site.news, "date": date.fromisoformat(site.news["date"]), "text": site.news["text"].split("\n\n")}


def note_visit(site: str) -> None:
    """Count this visit, unless a robot makes it or a browser that only fetches the page ahead."""
    agent = request.headers.get("User-Agent", "")
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if request.method == "GET" and not ahead and not is_robot(agent):
        current_app.extensions["visits"].note(Visitor(site, client_address(), agent))
