"""The portlets: what each shows, who may see it, and how other sites embed it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, session, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from onboarding.accounts import answers
from onboarding.accounts.sites import Site
from onboarding.portal.sites import Shown
from onboarding.work import current_session


@dataclass(frozen=True)
class Portlet:
    """A part of a site's page that can also stand alone.

    `shows` finds what `templates/parts/<name>.html` needs. `height` is a CSS length that the portlet needs on any
    screen: the embedding page keeps it free, so that nothing moves when the portlet comes.
    """

    name: str
    title: LazyString
    height: str
    shows: Callable[[Shown], dict[str, Any]]

    def may_be_seen(self, site: Site) -> bool:
        """Whether this site shows it to this visitor. A browser without a cookie is nobody's, and gets none."""
        rule = site.portlets.get(self.name, "everybody")
        return rule == "everybody" or (rule == "citizens" and not session.new and current_user.is_authenticated)

    def script_line(self, portal: str, site: str) -> str:
        """The line of HTML that shows it on another site; `portal` is our public address.

        The script's element keeps the place free, until the frame takes it.
        """
        script = url_for("portal.embed", site=site)
        return (
            f'<script async src="{portal}{script}" data-portlet="{self.name}" title="{self.title}"'
            f' style="display:block;height:{self.height}"></script>'
        )

    def frame_line(self, portal: str, site: str) -> str:
        """The line that does the same without scripts."""
        address = url_for("portal.portlet", site=site, name=self.name)
        return (
            f'<iframe src="{portal}{address}" title="{self.title}"'
            f' style="border:0;width:100%;height:{self.height}"></iframe>'
        )


def question(_shown: Shown) -> dict[str, Any]:
    """The answers that there are, and the one that the address says."""
    return {"answers": current_app.extensions["answers"], "chosen": request.args.get("answer")}


def figures(shown: Shown) -> dict[str, Any]:
    """How many are and were here."""
    return {"figures": shown.figures}


def tally(shown: Shown) -> dict[str, Any]:
    """For each answer how often it was given, and its share of all in percent."""
    counts = answers.given(current_session(), shown.site.name)
    total = max(sum(counts.values()), 1)
    rows = [
        {"label": label, "count": counts.get(value, 0), "percent": round(100 * counts.get(value, 0) / total)}
        for value, label in current_app.extensions["answers"].items()
    ]
    return {"tally": rows}


QUESTION = _l("Do you have an account for sending applications online at the Public Service Portal of Hậu Giang?")
PORTLETS = {
    portlet.name: portlet
    for portlet in (
        Portlet("question", QUESTION, "max(42rem, 66rem - 80vw)", question),
        Portlet("visitors", _l("Visitors"), "18.5rem", figures),
        Portlet("tally", _l("How others answered"), "29rem", tally),
    )
}


def content(shown: Shown, *names: str) -> dict[str, Any]:
    """What the templates of these portlets need; `seen` has those that this visitor may see."""
    seen = [PORTLETS[name] for name in names if PORTLETS[name].may_be_seen(shown.site)]
    found: dict[str, Any] = {"site": shown.site, "seen": {portlet.name for portlet in seen}}
    for portlet in seen:
        found |= portlet.shows(shown)
    return found


def embed_script() -> str:
    """The script that puts a frame in the place of its own element."""
    return render_template("portal/embed.js", heights={name: one.height for name, one in PORTLETS.items()})
