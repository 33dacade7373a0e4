"""Every provider as its documents say it answers, well and badly: by HTTP, and a message centre."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from onboarding.config import Settings
from onboarding.sms.gateway import Gateway
from onboarding.sms.gateways import GATEWAYS
from tests.machine.message_centre import Centre
from tests.machine.server import free_port
from tests.machine.web_service import WebService
from tests.sms.promises import CODE, TEXTS
from tests.sms.smpp import bound

TEXT = TEXTS.sign_in_code(CODE)
KEY = base64.b64encode(b"k" * 32).decode()
Said = tuple[int, Any]  # status and body of an answer


@dataclass(frozen=True)
class Description:
    """How a gateway answers, by its documents."""

    taken: list[Said]
    hopeless: dict[str, Said]  # by our reason
    not_now: list[Said]
    no_answer: list[Said]  # documented or likely, and leaving open what became of the message


def esms(code: object) -> Said:
    return 200, {"CodeResult": code, "ErrorMessage": TEXT}


def speedsms(code: str) -> Said:
    return 200, {"status": "success" if code == "00" else "error", "code": code, "message": TEXT}


def vnpt(error: object) -> Said:
    return 200, {"RPLY": {"name": "send_sms_list", "ERROR": error, "ERROR_DESC": TEXT}}


DESCRIPTIONS = {
    "esms": Description(
        taken=[esms("100"), esms(100), esms("124")],
        hopeless={"blocked": esms("99"), "no such number": esms("108")},
        not_now=[esms(code) for code in ("101", "103", "104", "118", "140", "143", "146", "177", "201", "9999")],
        no_answer=[esms(""), esms(None), (200, {"Message": "?"})],
    ),
    "speedsms": Description(
        taken=[speedsms("00")],
        hopeless={"no such number": speedsms("105")},
        not_now=[speedsms(code) for code in ("007", "008", "009", "101", "110", "113", "300")],
        no_answer=[speedsms("500"), speedsms("?"), (200, {"status": "success"})],
    ),
    "vnpt": Description(
        taken=[vnpt("0"), vnpt(0)],
        hopeless={},
        not_now=[vnpt("1"), vnpt("-1"), vnpt(9)],
        no_answer=[vnpt(""), (200, {"RPLY": []}), (200, {"RQST": {}})],
    ),
    "kannel": Description(
        taken=[(202, "0: Accepted for delivery"), (202, "3: Queued for later delivery")],
        hopeless={"blocked": (403, "Number(s) has/have been denied by white- and/or black-lists.")},
        not_now=[(403, "Authorization failed for sendsms"), (400, "Sender missing"), (503, "Temporal failure")],
        no_answer=[(202, "7: New"), (200, "Sent."), (202, "")],
    ),
}


def open_gateway(name: str, port: int) -> Gateway:
    """The gateway to a web service on this machine."""
    address = f"{name}=http://name:pass%40word@127.0.0.1:{port}/a/path?LABELID=7&TEMPLATEID=9"
    settings = Settings(
        sms_addresses=address, sms_sender="DVC", data_keys=KEY, index_key=KEY, public_url="https://dvc.example"
    )
    return GATEWAYS[name](settings)


@dataclass(frozen=True)
class Provider:
    """A gateway with what stands behind it: `behave` brings a situation about, for the number it returns."""

    gateway: Gateway
    behave: Callable[[str], str]
    asked: Callable[[], int]  # how many messages reached it


ENDS = {"takes": "101", "refuses": "008", "refuses for good": "002"} | {
    "is silent": "004", "cuts off": "007", "cannot be read": "011"
}  # fmt: skip


@contextmanager
def centre() -> Iterator[Provider]:
    """A message centre; the number says what becomes of a message."""
    with Centre() as centre, bound(centre.port) as gateway:
        yield Provider(gateway, lambda what: f"+84907654{ENDS[what]}", lambda: len(centre.arrived))


@contextmanager
def web(name: str) -> Iterator[Provider]:
    """A web service that answers as one of the gateways describes."""
    with WebService() as service:
        described = DESCRIPTIONS[name]
        answers = {
            "takes": described.taken[0],
            "refuses": described.not_now[0],
            "refuses for good": next(iter(described.hopeless.values()), described.not_now[0]),
            "cannot be read": described.no_answer[0],
        }

        def behave(what: str) -> str:
            service.cut, service.hold = what == "cuts off", what == "is silent"
            status, body = answers.get(what, answers["takes"])
            service.status, service.body = status, body if isinstance(body, str) else json.dumps(body)
            return "+84907654101"

        yield Provider(open_gateway(name, service.port), behave, lambda: len(service.asked))


@contextmanager
def nobody(name: str) -> Iterator[Gateway]:
    """A gateway whose address nobody listens at."""
    if name == "smpp":
        with bound(free_port()) as gateway:
            yield gateway
    else:
        yield open_gateway(name, free_port())


def provider(name: str) -> AbstractContextManager[Provider]:
    """What stands behind a gateway, until the end of the `with`."""
    return centre() if name == "smpp" else web(name)
