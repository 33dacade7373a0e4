"""`/console/sites`: administrators describe the sites of departments, and copy what embeds their portlets.

Nothing removes a site: journeys, answers and visits name it, and pages of others link to it. Where a department
closes, its news item says so and its portlets are shown to nobody.
"""

from flask import abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from onboarding.accounts import audit, sites
from onboarding.accounts.sites import Site
from onboarding.console.guard import allow, console, hold_administrators, me
from onboarding.console.site_forms import Description, NewSite, described, typed
from onboarding.console.within import within
from onboarding.resources import N_

NAME_TAKEN = N_("There is a site of this name already.")
MEANWHILE = N_("Somebody else changed this site in the meantime. Open it again and make your change there.")


@console.get("/sites")
@allow("administrator")
def sites_list() -> str:
    """All sites."""
    db, _now, settings = within()
    return render_template("console/sites.html", sites=sites.every(db).values(), public_url=settings.public_url)


@console.route("/add-site", methods=["GET", "POST"])
@allow("administrator")
def add_site() -> ResponseReturnValue:
    """Add a site. This address is not below `/sites`, where a site may have any name."""
    form = NewSite()
    if form.validate_on_submit():
        name = str(form.name.data)
        if name not in changing():
            return written("site-added", sites.described(name, {}), described(name, form), form)
        form.refuse(form.name, NAME_TAKEN)
    return render_template("console/site.html", form=form)


@console.get("/sites/<name>")
@allow("administrator")
def site(name: str) -> str:
    """One site: its description, to be changed, and how its portlets are embedded."""
    db, _now, _settings = within()
    found = sites.every(db).get(name) or abort(404)
    return site_page(name, Description(data=typed(found)))


@console.post("/sites/<name>")
@allow("administrator")
def change_site(name: str) -> ResponseReturnValue:
    """Make a site what was filled in, unless somebody else has changed it since the page was opened."""
    before = changing().get(name) or abort(404)
    form = Description()
    if form.validate_on_submit():
        after = described(name, form)
        if not sites.differences(before, after) or form.version.data == sites.version(before):
            return written("site-changed", before, after, form)
        form.form_errors.append(gettext(MEANWHILE))
    return site_page(name, form)


def site_page(name: str, form: Description) -> str:
    """The page of a site. The lines for pages of others are in Vietnamese, as those are."""
    url, portlets = current_app.extensions["settings"].public_url, current_app.extensions["portlets"].values()
    with force_locale("vi"):
        lines = [(one.script_line(url, name), one.frame_line(url, name)) for one in portlets]
    embedding = zip(portlets, lines, strict=True)
    return render_template("console/site.html", form=form, name=name, embedding=embedding)


def changing() -> dict[str, Site]:
    """All sites as they are now; until this transaction is over nobody else changes one here."""
    hold_administrators()
    db, _now, _settings = within()
    return sites.every(db)


def written(kind: str, before: Site, after: Site, form: Description) -> ResponseReturnValue:
    """Save a site and leave a row of what became different, if anything did; back to its page."""
    db, now, _settings = within()
    fields = sites.differences(before, after)
    if fields or kind == "site-added":
        sites.save(db, after)
        reason, names, origins = str(form.reason.data), ", ".join(fields), " ".join(after.origins)
        audit.record(db, now, me().staff, kind, reason, site=after.name, fields=names, origins=origins)
    return redirect(url_for("console.site", name=after.name, done=1), 303)
