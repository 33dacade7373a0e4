from uuid import UUID, uuid4

import pytest

from onboarding.db import Database
from onboarding.sms.dispatcher import Dispatcher
from onboarding.sms.references import reference
from tests.clock import MovableClock
from tests.machine.visitor import Visitor
from tests.sms.gateways import Telephone, no_answer
from tests.sms.promises import promise, read

DELIVERED, FAILED, AT_CENTRE = 1, 2, 8
UNREACHABLE = "?smpp?dlr_err=%03%00%1B&"


def sent(database: Database, clock: MovableClock, *faults: Exception) -> UUID:
    message_id = promise(database, clock)
    Dispatcher(database, clock, Telephone(*faults, name="kannel", tells_repeats=False)).run_once()
    return message_id


def tell(client: Visitor, database: Database, message_id: UUID, kind: int, facts: str = "") -> int:
    """Report as Kannel does; returns the status of the answer."""
    told = reference(database.keyring, "kannel", message_id)
    return client.get(
        "/sms/reports/kannel", query_string={"reference": told, "type": kind, "facts": facts}
    ).status_code


def test_a_report_sets_the_state_and_nothing_else(
    client: Visitor, database: Database, clock: MovableClock
) -> None:
    message_id, other = sent(database, clock), sent(database, clock)
    assert tell(client, database, message_id, DELIVERED) == 200
    message = read(database, message_id)
    assert (message.state, message.sent_at, message.reason) == ("delivered", clock.now(), None)
    assert read(database, other).state == "sent"


def test_a_failure_has_a_reason_in_our_words(client: Visitor, database: Database, clock: MovableClock) -> None:
    message_id = sent(database, clock)
    tell(client, database, message_id, FAILED, UNREACHABLE)
    assert (read(database, message_id).state, read(database, message_id).reason) == ("failed", "unreachable")


def test_reports_may_come_in_any_order_and_twice(client: Visitor, database: Database, clock: MovableClock) -> None:
    message_id = sent(database, clock)
    for kind in (FAILED, DELIVERED, DELIVERED, AT_CENTRE, FAILED):
        assert tell(client, database, message_id, kind) == 200
    message = read(database, message_id)
    assert (message.state, message.reason) == ("delivered", None)


def test_a_report_clears_up_what_the_gateway_left_unsaid(
    client: Visitor, database: Database, clock: MovableClock
) -> None:
    message_id = sent(database, clock, no_answer())
    assert read(database, message_id).state == "unknown"
    tell(client, database, message_id, AT_CENTRE)
    assert (read(database, message_id).state, read(database, message_id).sent_at) == ("sent", clock.now())


def test_a_report_that_overtakes_the_gateways_answer_counts_and_the_message_goes_out_once(
    client: Visitor, database: Database, clock: MovableClock
) -> None:
    class Quick(Telephone):
        def send(self, message_id: UUID, to: str, text: str) -> None:
            super().send(message_id, to, text)
            tell(client, database, message_id, DELIVERED)

    quick = Quick(name="kannel")
    message_id = promise(database, clock)
    dispatcher = Dispatcher(database, clock, quick)
    dispatcher.run_once()
    clock.advance(minutes=2)
    dispatcher.run_once()
    assert len(quick.taken) == 1
    assert (read(database, message_id).state, read(database, message_id).text_sealed) == ("delivered", None)


def test_a_report_by_another_gateway_than_the_one_that_has_it_changes_nothing(
    client: Visitor, database: Database, clock: MovableClock
) -> None:
    message_id = promise(database, clock)
    Dispatcher(database, clock, Telephone(name="second")).run_once()
    tell(client, database, message_id, FAILED)
    assert read(database, message_id).state == "sent"


def forged(database: Database, message_id: UUID) -> list[str]:
    genuine = reference(database.keyring, "kannel", message_id)
    another = reference(database.keyring, "kannel", uuid4())
    return [
        "",
        message_id.hex,
        str(message_id),
        genuine[:-1],
        genuine + "A",
        genuine[:32].upper() + genuine[32:],
        message_id.hex + another[32:],
        reference(database.keyring, "esms", message_id),
        "é" * 50,
        "\0" * 50,
    ]


def test_what_does_not_prove_itself_finds_no_such_page_and_changes_nothing(
    client: Visitor, database: Database, clock: MovableClock
) -> None:
    message_id = sent(database, clock)
    for told in forged(database, message_id):
        answer = client.get("/sms/reports/kannel", query_string={"reference": told, "type": FAILED})
        assert answer.status_code == 404, told
    assert read(database, message_id).state == "sent"


@pytest.mark.parametrize("gateway", ["kannel", "file", "pigeon"])
def test_a_report_without_a_known_kind_or_gateway_finds_no_such_page(
    client: Visitor, database: Database, clock: MovableClock, gateway: str
) -> None:
    told = reference(database.keyring, gateway, sent(database, clock))
    for kind in ("", "3", "delivered"):
        answer = client.get(f"/sms/reports/{gateway}", query_string={"reference": told, "type": kind})
        assert answer.status_code == 404


def test_a_report_needs_no_cookie_and_gets_none(client: Visitor, database: Database, clock: MovableClock) -> None:
    told = reference(database.keyring, "kannel", sent(database, clock))
    answer = client.get("/sms/reports/kannel", query_string={"reference": told, "type": DELIVERED})
    assert "Set-Cookie" not in answer.headers
    assert answer.text == "ok"


def test_the_address_takes_reports_only(client: Visitor, database: Database, clock: MovableClock) -> None:
    told = reference(database.keyring, "kannel", sent(database, clock))
    assert client.post(f"/sms/reports/kannel?reference={told}&type=1").status_code in (400, 405)
    assert client.get(f"/sms/reports/kannel?reference={told}&type=1&type=2").status_code == 400


ENDED = {"SMSID": "dc71", "SendStatus": "5", "TotalReceiver": "1", "TypeId": "2", "telcoid": "1"}


@pytest.mark.parametrize(
    ("fields", "status", "state"),
    [
        ({"SendStatus": "2"}, 404, "sent"),
        ({"SendStatus": "7"}, 404, "sent"),
        (ENDED | {"SendSuccess": "1", "SendFailed": "0"}, 200, "delivered"),
        (ENDED | {"SendSuccess": "0", "SendFailed": "1"}, 200, "failed"),
        ({"SendStatus": "4"}, 200, "failed"),
    ],
)
def test_esms_reports_with_the_request_id_that_we_gave(
    client: Visitor, database: Database, clock: MovableClock, fields: dict[str, str], status: int, state: str
) -> None:
    message_id = promise(database, clock)
    Dispatcher(database, clock, Telephone(name="esms")).run_once()
    told = {"RequestId": reference(database.keyring, "esms", message_id), "phonenumber": "0907654321"}
    assert client.get("/sms/reports/esms", query_string=fields | told).status_code == status
    assert read(database, message_id).state == state
