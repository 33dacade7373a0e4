"""Rows of elements: what is taken, and that nothing is left over, cut off or written in two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.signatures import der
from onboarding.signatures.der import ABSENT, INTEGER, OCTET_STRING, SEQUENCE, SET
from onboarding.signatures.refusals import UNREADABLE, Malformed

NUMBER, TEXT = b"\x02\x01\x07", b"\x04\x02hi"
NOT_READ = (Malformed, *UNREADABLE)


def test_a_row_is_taken_place_by_place() -> None:
    number, text, none = der.read(NUMBER + TEXT, INTEGER, (SET, OCTET_STRING), (SEQUENCE, ABSENT))
    assert (number.content, text.content, none) == (b"\x07", b"hi", der.NOTHING)
    assert (number.whole, text.whole) == (NUMBER, TEXT)


@pytest.mark.parametrize(
    "row", [b"", TEXT, NUMBER + TEXT, NUMBER + NUMBER, NUMBER + b"\0\0", NUMBER[:-1], NUMBER[:1]]
)
def test_less_more_or_others_are_refused(row: bytes) -> None:
    with pytest.raises(NOT_READ):
        der.read(row, INTEGER)


def test_lengths_may_be_long_or_left_to_an_end() -> None:
    for written in (b"\x30\x03", b"\x30\x81\x03", b"\x30\x84\0\0\0\x03"):
        assert der.read(written + NUMBER, SEQUENCE)[0].content == NUMBER
    inner = b"\x30\x80" + NUMBER + b"\0\0"
    (outer,) = der.read(b"\x30\x80" + inner + b"\0\0", SEQUENCE)
    assert der.read(outer.content, SEQUENCE)[0].content == NUMBER
    for cut in (b"\x30\x80" + NUMBER, b"\x30\x80" + NUMBER + b"\0", b"\x04\x80hi\0\0", b"\x1f\x02\x01\x07"):
        with pytest.raises(NOT_READ):
            list(der.elements(cut))


def test_an_octet_string_may_be_in_pieces() -> None:
    (pieces,) = der.elements(b"\x24\x80" + b"\x24\x04" + TEXT + TEXT + b"\0\0")
    assert der.octets(pieces) == b"hihi"
    (other,) = der.elements(b"\x24\x03" + NUMBER)
    with pytest.raises(Malformed):
        der.octets(other)


def test_der_is_one_form() -> None:
    assert der.is_der(der.write(SET, NUMBER + TEXT))
    for other in (
        der.write(SET, TEXT + NUMBER),
        b"\x30\x81\x03" + NUMBER,
        b"\x30\x80" + NUMBER + b"\0\0",
        b"\x24\x04" + TEXT,
        b"\x10\x03" + NUMBER,
    ):
        assert not der.is_der(other)


@given(st.binary(max_size=300))
def test_what_is_written_is_read(content: bytes) -> None:
    (found,) = der.read(der.write(OCTET_STRING, content), OCTET_STRING)
    assert found.content == content
    assert der.is_der(found.whole)
