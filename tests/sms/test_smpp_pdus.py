"""PDUs: what we send is what a centre reads, and nothing that it sends does more than be refused."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.sms import gsm7
from onboarding.sms import smpp_pdus as pdus
from onboarding.sms.smpp_pdus import Pdu, Receipt
from tests.machine.message_centre import Arrived, read_submit, receipt
from tests.sms.promises import CODE, TEXTS

TEXT = TEXTS.sign_in_code(CODE)
DELIVERED = receipt(Arrived("DVC-TINH", "84900000099", TEXT), "4711")
IN_DELIVERED = Receipt("4711", "DELIVRD", "000")


@pytest.mark.parametrize("sender", ["DVC-TINH", "1022"])
def test_a_submit_is_what_a_centre_reads(sender: str) -> None:
    arrived, receipt_asked = read_submit(pdus.submit(sender, "+84900000099", TEXT))
    assert arrived == Arrived(sender, "84900000099", TEXT)
    assert receipt_asked


@given(st.text(sorted(gsm7.BASIC), max_size=gsm7.SEGMENT))
def test_every_letter_of_the_alphabet_arrives(text: str) -> None:
    arrived, _ = read_submit(pdus.submit("DVC", "+84900000099", text))
    assert arrived.text == text


def test_a_letter_of_the_extension_is_escaped() -> None:
    assert gsm7.octets("[€") == b"\x1b\x3c\x1b\x65"


def test_a_receipt_is_read() -> None:
    assert pdus.receipt(DELIVERED) == IN_DELIVERED


def test_its_optional_parameters_count_more_than_its_text() -> None:
    told = struct.pack(">HH", pdus.RECEIPTED_ID, 3) + b"99\0" + struct.pack(">HHB", pdus.MESSAGE_STATE, 1, 5)
    assert pdus.receipt(DELIVERED + told) == Receipt("99", "UNDELIV", "000")


def test_its_text_may_come_as_a_payload() -> None:
    said = b"id:7 stat:EXPIRED err:027"
    payload = struct.pack(">HH", pdus.PAYLOAD, len(said)) + said
    assert pdus.receipt(DELIVERED + payload) == Receipt("7", "EXPIRED", "027")


def test_what_it_quotes_of_our_text_is_not_read() -> None:
    quoting = receipt(Arrived("DVC-TINH", "84900000099", "id:1 stat:X err:9"), "4711")
    assert pdus.receipt(quoting) == IN_DELIVERED


def test_what_a_citizen_writes_back_is_no_receipt() -> None:
    kind = DELIVERED.index(b"\x04\0\0")
    assert pdus.receipt(DELIVERED[:kind] + b"\0" + DELIVERED[kind + 1 :]) is None


@given(st.binary(max_size=300))
def test_A31_no_body_does_more_than_be_refused(body: bytes) -> None:
    for read in (pdus.receipt, pdus.given_id):
        with suppress(ValueError):
            read(body)


@given(st.integers(0, len(DELIVERED) - 1))
def test_A31_a_receipt_cut_anywhere_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match=r"cut short|no string"):
        pdus.receipt(DELIVERED[:end])


@given(st.lists(st.binary(max_size=200), max_size=5), st.integers(1, 50))
def test_pdus_are_the_same_in_whatever_pieces_they_come(bodies: list[bytes], size: int) -> None:
    stream = b"".join(pdus.pdu(5, number, body) for number, body in enumerate(bodies))
    buffer, taken = bytearray(), []
    for start in range(0, len(stream), size):
        buffer += stream[start : start + size]
        taken += list(pdus.take(buffer))
    assert taken == [Pdu(5, 0, number, body) for number, body in enumerate(bodies)]
    assert not buffer


@given(st.binary(min_size=16, max_size=64))
def test_A31_of_a_stream_no_more_is_kept_than_one_pdu(stream: bytes) -> None:
    buffer = bytearray(stream * 500)
    try:
        for _ in pdus.take(buffer):
            pass
    except ConnectionError:
        return
    assert len(buffer) < pdus.LONGEST
