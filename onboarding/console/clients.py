"""`/console/clients`: administrators register the services of integrators, change them and end them.

Whatever a service proves itself by is replaced at once, so that nobody has to remember to end the old one. A
service that cannot stop for a moment registers keys: two of them may be valid side by side.
"""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from onboarding.accounts import audit, client_changes, client_keys, clients, consents, events, signals
from onboarding.accounts.clients import Client
from onboarding.console.client_forms import SCOPE_NAMES, Addresses, Keys, NewClient, typed
from onboarding.console.forms import ReasonForm
from onboarding.console.guard import allow, console, hold_administrators, me
from onboarding.console.within import within
from onboarding.resources import N_

MEANWHILE = N_("Somebody else changed this service in the meantime. Open it again and make your change there.")
REFUSALS = {
    "client": _l("secret or signature is wrong"),
    "redirect-uri": _l("redirect address is not registered"),
    "invalid_request": _l("parameters are missing or wrong"),
    "invalid_grant": _l("code or refresh token is wrong, used or out of date"),
    "invalid_scope": _l("scope is not among those agreed to"),
    "unsupported_response_type": _l("response type is not “code”"),
    "unsupported_grant_type": _l("grant type is unknown"),
}
SIGNALS = {
    signals.WAITING: _l("waiting to be sent"),
    signals.DELIVERED: _l("sent"),
    signals.REFUSED: _l("not taken by the service"),
    signals.GIVEN_UP: _l("given up after three days; it can still be fetched"),
}


@console.get("/clients")
@allow("administrator")
def clients_list() -> str:
    """All services."""
    db, _now, _settings = within()
    return render_template("console/clients.html", clients=client_changes.every(db))


@console.route("/clients/add", methods=["GET", "POST"])
@allow("administrator")
def add_client() -> str:
    """Register a service; its secret is shown once."""
    if request.method == "POST":
        hold_administrators()
    form, (db, now, settings) = NewClient(data={"profile": True}), within()
    if not form.validate_on_submit():
        return render_template("console/client-form.html", form=form)
    client, secret = clients.add(db, now, loopback=settings.sandbox, **form.described())
    note("client-added", client, form)
    return render_template("console/client-secret.html", client=client, secret=secret)


@console.get("/clients/<uuid:client_id>")
@allow("administrator")
def client(client_id: UUID) -> str:
    """One service, and what its makers ask on the telephone."""
    db, now, _settings = within()
    found = client_changes.by_id(db, client_id) or abort(404)
    return render_template(
        "console/client.html",
        client=found,
        scope_names=SCOPE_NAMES,
        agreed=consents.count(db, found.id),
        refusals=events.refusals(db, now, found.id),
        refusal_names=REFUSALS,
        signals=signals.standing(db, found.id),
        signal_names=SIGNALS,
    )


@console.route("/clients/<uuid:client_id>/change", methods=["GET", "POST"])
@allow("administrator")
def change_client(client_id: UUID) -> ResponseReturnValue:
    """Give a service other addresses or scopes, unless somebody else has done so since the page was opened."""
    client, (_db, _now, settings) = living(client_id), within()
    form = Addresses(data=typed(client))
    if form.validate_on_submit():
        if form.version.data == client_changes.version(client):
            fields = client_changes.change(client, loopback=settings.sandbox, **form.described())
            if fields:
                note("client-changed", client, form, fields=", ".join(fields))
            return back(client)
        form.form_errors.append(gettext(MEANWHILE))
    return render_template("console/client-form.html", form=form, client=client)


@console.route("/clients/<uuid:client_id>/new-secret", methods=["GET", "POST"])
@allow("administrator")
def new_client_secret(client_id: UUID) -> str:
    """Make a new secret and show it once."""
    client, form = living(client_id), ReasonForm()
    if not form.validate_on_submit():
        return render_template("console/client-act.html", form=form, client=client, act="new_client_secret")
    secret = client_changes.new_secret(client)
    note("client-secret-made", client, form)
    return render_template("console/client-secret.html", client=client, secret=secret)


@console.route("/clients/<uuid:client_id>/keys", methods=["GET", "POST"])
@allow("administrator")
def replace_client_keys(client_id: UUID) -> ResponseReturnValue:
    """Replace the keys."""
    client, form = living(client_id), Keys()
    if not form.validate_on_submit():
        return render_template("console/client-act.html", form=form, client=client, act="replace_client_keys")
    client_changes.replace_keys(client, client_keys.checked_text(form.jwks.data))
    note("client-keys-replaced", client, form)
    return back(client)


@console.route("/clients/<uuid:client_id>/end", methods=["GET", "POST"])
@allow("administrator")
def end_client(client_id: UUID) -> ResponseReturnValue:
    """End a service for good."""
    client, form, (_db, now, _settings) = living(client_id), ReasonForm(), within()
    if not form.validate_on_submit():
        return render_template("console/client-act.html", form=form, client=client, act="end_client")
    client_changes.end(now, client)
    note("client-ended", client, form)
    return back(client)


def living(client_id: UUID) -> Client:
    """A service that has not ended, else 404; one that is about to be changed is nobody else's to change."""
    changing = request.method == "POST"
    if changing:
        hold_administrators()
    found = client_changes.by_id(within()[0], client_id, lock=changing)
    return found if found is not None and found.ended_at is None else abort(404)


def note(kind: str, client: Client, form: ReasonForm, **facts: Any) -> None:
    """Put into the trail what is done to a service; let it be the last statement of the request."""
    db, now, _settings = within()
    audit.record(db, now, me().staff, kind, str(form.reason.data), client=str(client.id), **facts)


def back(client: Client) -> ResponseReturnValue:
    """On to a service's page."""
    return redirect(url_for("console.client", client_id=client.id, done=1), 303)
