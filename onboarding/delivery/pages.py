"""The address for delivery reports, `/sms/reports/<gateway>`.

Gateways can only call an address that we give them, mostly by GET and with nothing of a browser's. So a report
proves itself by the keyed reference that we handed out with the message, and all it may do is set the state of
that one message: no account, code or lock hangs on it (rules R09, R23).
"""

from flask import Blueprint, Response, abort, current_app, request

from onboarding.sms import reports
from onboarding.sms.gateways import REPORTS
from onboarding.sms.references import message_of
from onboarding.web import requests
from onboarding.work import apart

delivery = Blueprint("delivery", __name__)


@delivery.get("/sms/reports/<gateway>")
def report(gateway: str) -> Response:
    """Note a report; 404 for whatever is none of ours, so that nobody learns what exists."""
    read, database = REPORTS.get(gateway), current_app.extensions["database"]
    told = read(request.args) if read else None
    message_id = message_of(database.keyring, gateway, told.reference) if told else None
    if told is None or message_id is None:
        abort(404)
    with apart() as db:
        reports.record(db, requests.now(), gateway, message_id, told)
    return Response("ok", mimetype="text/plain")
