"""Bodies are read strictly: one JSON object in the shape that the description tells, nothing else."""

from flask import Flask
from msgspec import Struct, field

from onboarding.api import bodies
from onboarding.config import Settings
from onboarding.web.problems import Problem

NOT_JSON, UNFIT = 40002, 42201


class Wish(Struct, forbid_unknown_fields=True):
    """What is sent."""

    most: int = 1
    names: list[str] = field(default_factory=list)


def read(text: str | bytes) -> Wish | int:
    """What was sent, or the number of the problem."""
    app = Flask("tests")
    app.extensions["settings"] = Settings(public_url="https://portal.example")
    with app.test_request_context(method="POST", data=text):
        try:
            return bodies.read(Wish)
        except Problem as problem:
            return int(problem.get_response().get_data().partition(b'"number":')[2][:5])


def test_what_fits_is_read() -> None:
    assert read('{"most": 3, "names": ["Đỗ \\ud83d\\ude00"]}') == Wish(3, ["Đỗ 😀"])
    assert read("{}") == Wish()


def test_B21_what_is_no_object_of_ours_is_refused() -> None:
    for text in (
        "", "null", "[]", '"x"', "{", "{}{}", "{'most': 1}", b"\xff", '{"most": 1, "most": 2}', '{"most": NaN}',
        '{"most": Infinity}', '{"names": ["\\u0000"]}', '{"names": ["\\ud800"]}', '{"\\ud800": 1}', "most=1",
        '{"names": ' + "[" * 20 + "]" * 20 + "}", '{"names": ' + "[" * 60_000,
    ):  # fmt: skip
        assert read(text) == NOT_JSON, text[:30]


def test_B16_what_does_not_fit_the_model_is_refused() -> None:
    for text in (
        '{"most": "1"}',
        '{"most": 1.5}',
        '{"most": true}',
        '{"names": [1]}',
        '{"names": {}}',
        '{"x": 1}',
    ):
        assert read(text) == UNFIT
