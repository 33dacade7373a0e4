"""What every gateway that speaks HTTP promises, shown on a service that answers as each is documented."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from onboarding.sealed import Keyring
from onboarding.sms import line
from onboarding.sms.claims import SEND_TIME
from onboarding.sms.gateway import GatewayRefused, OutcomeUnknown
from onboarding.sms.gateways import GATEWAYS
from onboarding.sms.references import reference
from onboarding.sms.states import REASONS
from tests.machine.server import free_port
from tests.machine.web_service import WebService
from tests.sms.promises import CODE, NUMBER
from tests.sms.providers import DESCRIPTIONS, KEY, TEXT, open_gateway

ID = uuid4()
REFERENCE = reference(Keyring.from_text(KEY, KEY), "esms", ID)
NAMES = sorted(DESCRIPTIONS)
LIKELY = [(502, "<html>"), (500, ""), (504, "late")]
CLOSED = [(301, ""), (400, ""), (401, ""), (404, ""), (429, "")]


@pytest.fixture
def service() -> Iterator[WebService]:
    with WebService() as service:
        yield service


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def send(name: str, service: WebService) -> Callable[..., None]:
    """Sends one message, to a service that answers as given."""
    gateway = open_gateway(name, service.port)

    def send(status: int, body: Any) -> None:
        service.status, service.body = status, body if isinstance(body, str) else json.dumps(body)
        gateway.send(ID, NUMBER, TEXT)

    return send


def test_what_is_taken_is_taken(name: str, send: Callable[..., None]) -> None:
    for said in DESCRIPTIONS[name].taken:
        send(*said)


def test_what_is_refused_for_good_ends_the_message_for_a_reason_that_citizens_read(
    name: str, send: Callable[..., None]
) -> None:
    for reason, said in DESCRIPTIONS[name].hopeless.items():
        with pytest.raises(GatewayRefused) as refused:
            send(*said)
        assert (refused.value.reason, refused.value.final) == (reason, True)
        assert reason in REASONS


def test_what_another_gateway_may_take_is_not_final(name: str, send: Callable[..., None]) -> None:
    for said in [*DESCRIPTIONS[name].not_now, *CLOSED]:
        with pytest.raises(GatewayRefused) as refused:
            send(*said)
        assert not refused.value.final, said
        assert CODE not in refused.value.reason


def test_an_answer_that_leaves_it_open_is_not_taken_for_a_refusal(name: str, send: Callable[..., None]) -> None:
    for said in [*DESCRIPTIONS[name].no_answer, *LIKELY, (200, "[]"), (200, "[" * 90_000), (200, "é{")]:
        with pytest.raises(OutcomeUnknown) as unknown:
            send(*said)
        assert CODE not in unknown.value.reason, said


def test_a_fault_that_quotes_a_good_answer_is_none(name: str, send: Callable[..., None]) -> None:
    _, body = DESCRIPTIONS[name].taken[0]
    with pytest.raises(OutcomeUnknown):
        send(500, body)


def test_an_endless_answer_is_not_read_to_its_end(send: Callable[..., None]) -> None:
    with pytest.raises(OutcomeUnknown):
        send(200, {"x": "x" * line.ANSWER_BYTES, "CodeResult": "100", "code": "00", "RPLY": {"ERROR": "0"}})


def test_a_redirect_is_not_followed(send: Callable[..., None], service: WebService) -> None:
    service.headers = {"Location": f"http://127.0.0.1:{service.port}/elsewhere"}
    for status in (301, 302, 307, 308):
        with pytest.raises(GatewayRefused):
            send(status, "")
    assert "/elsewhere" not in [asked.path for asked in service.asked]


def test_a_cut_connection_leaves_it_open(send: Callable[..., None], service: WebService) -> None:
    service.cut = True
    with pytest.raises(OutcomeUnknown):
        send(200, "")
    assert len(service.asked) == 1


def test_a_slow_gateway_leaves_it_open(name: str, service: WebService, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SEND_TIME.total_seconds() >= line.CONNECT + line.READ
    monkeypatch.setattr(line, "READ", 0.1)
    service.hold = True
    with pytest.raises(OutcomeUnknown):
        open_gateway(name, service.port).send(ID, NUMBER, TEXT)
    assert service.heard.wait(10)
    assert len(service.asked) == 1


def test_where_nobody_listens_another_gateway_may_be_asked(name: str) -> None:
    with pytest.raises(GatewayRefused) as refused:
        open_gateway(name, free_port()).send(ID, NUMBER, TEXT)
    assert not refused.value.final


def test_a_repeat_is_the_same_request_again(send: Callable[..., None], service: WebService, name: str) -> None:
    send(*DESCRIPTIONS[name].taken[0])
    send(*DESCRIPTIONS[name].taken[0])
    first, second = service.asked
    assert first == second


def test_no_address_that_is_asked_holds_anything_personal(
    send: Callable[..., None], service: WebService, name: str
) -> None:
    send(*DESCRIPTIONS[name].taken[0])
    assert [asked.path for asked in service.asked] == ["/a/path"]


EXPECTED: dict[str, Any] = {
    "esms": {
        "ApiKey": "name",
        "SecretKey": "pass@word",
        "Phone": "0907654321",
        "Content": TEXT,
        "Brandname": "DVC",
        "SmsType": "2",
        "IsUnicode": "0",
        "Sandbox": "0",
        "RequestId": REFERENCE,
        "CallbackUrl": "https://dvc.example/sms/reports/esms",
    },
    "speedsms": {"to": ["84907654321"], "content": TEXT, "sms_type": 3, "sender": "DVC"},
    "vnpt": {
        "RQST": {
            "name": "send_sms_list",
            "REQID": ID.hex,
            "LABELID": "7",
            "TEMPLATEID": "9",
            "PARAMS": [{"NUM": "1", "CONTENT": TEXT}],
            "SCHEDULETIME": "",
            "MOBILELIST": "84907654321",
            "ISTELCOSUB": "0",
            "APIUSER": "name",
            "APIPASS": "pass@word",
            "DATACODING": "0",
        }
    },
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_request_is_as_documented(send: Callable[..., None], service: WebService, name: str) -> None:
    send(*DESCRIPTIONS[name].taken[0])
    (asked,) = service.asked
    assert json.loads(asked.body) == EXPECTED[name]
    if name == "speedsms":
        assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"name:pass@word").decode()


def test_every_gateway_that_speaks_http_is_here() -> None:
    assert set(NAMES) == GATEWAYS.keys() - {"file", "sandbox", "smpp"}
