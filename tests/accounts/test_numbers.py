"""Every spelling of a number becomes one form; every other number is refused with its own reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.accounts import numbers
from onboarding.accounts.numbers import Foreign, NotANumber, NotCallable, NotMobile, OldElevenDigits, Refused


@pytest.mark.parametrize(
    "spelling",
    [
        "0912345678",
        "84912345678",
        "+84912345678",
        "0084912345678",
        "+84 0912345678",
        "+84 (0)912 345 678",
        "0912 345 678",
        "0912.345.678",
        "0912-345-678",
        "0912–345–678",
        " 0912\u00a0345\u202f678\t",
        "\u200e0912345678\u202c",
        "０９１２３４５６７８",
        "＋８４　９１２　３４５　６７８",
        "912345678",
    ],
)
def test_every_spelling_of_a_number_is_one_number(spelling: str) -> None:
    assert numbers.normalise(spelling) == "+84912345678"


@pytest.mark.parametrize(
    "number", ["+882123456789", "+883510000000", "+1 900 123 4567", "001 212 555 1234", "+855 12"]
)
def test_A03_foreign_numbers_are_refused(number: str) -> None:
    with pytest.raises(Foreign):
        numbers.normalise(number)


@pytest.mark.parametrize(
    "number",
    ["0243 825 2525", "028 3812 3456", "113", "1022", "1900 1234", "1900 545 456", "1800 1091", "0542345678"],
)
def test_A04_fixed_short_premium_and_unassigned_numbers_are_refused(number: str) -> None:
    with pytest.raises(NotMobile):
        numbers.normalise(number)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "+",
            "+84",
            "0912",
            "0934567",
            "091234567",
            "09123456789",
            "13105551234",
            "xin chào",
            "0912a45678",
        ),
        *("0+84912345678", "++84912345678", "٠٩١٢٣٤٥٦٧٨", "0912345678;ext=1", "0912345678\x00", "0" * 1_000_000),
    ],
)
def test_what_is_no_number_is_told_so(text: str) -> None:
    with pytest.raises(NotANumber):
        numbers.normalise(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0120", "70"),
        ("0121", "79"),
        ("0122", "77"),
        ("0126", "76"),
        ("0128", "78"),
        ("0123", "83"),
        ("0124", "84"),
        ("0125", "85"),
        ("0127", "81"),
        ("0129", "82"),
        ("0162", "32"),
        ("0163", "33"),
        ("0164", "34"),
        ("0165", "35"),
        ("0166", "36"),
        ("0167", "37"),
        ("0168", "38"),
        ("0169", "39"),
        ("0186", "56"),
        ("0188", "58"),
        ("0199", "59"),
    ],
)
def test_a_number_from_before_2018_comes_back_as_what_it_is_now(old: str, new: str) -> None:
    for spelling in (f"{old}3456789", f"+84{old[1:]}3456789", f"84 {old[1:]} 345 6789"):
        with pytest.raises(OldElevenDigits) as refused:
            numbers.normalise(spelling)
        assert refused.value.suggestion == f"+84{new}3456789"
        assert refused.value.values == {"number": f"0{new}3 456 789"}
        assert numbers.normalise(refused.value.suggestion) == refused.value.suggestion


def test_each_refusal_has_a_message_of_its_own() -> None:
    kinds = Refused.__subclasses__()
    assert len(kinds) == 5
    assert len({kind.message for kind in kinds} - {""}) == 5


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0293 3877 777", "+842933877777"),
        ("+84 (28) 3812-3456", "+842838123456"),
        ("0912 345 678", "+84912345678"),
    ],
)
def test_an_officer_can_call_mobile_and_fixed_numbers(typed: str, number: str) -> None:
    assert numbers.normalise_to_call(typed) == number
    assert numbers.gets_messages(number) == ("9123" in number)


@pytest.mark.parametrize("typed", ["", "Sáu", "113", "1022", "1900 1234", "0293 3877", "3877 777", "0912"])
def test_what_no_officer_can_call_is_told_so(typed: str) -> None:
    with pytest.raises(NotCallable):
        numbers.normalise_to_call(typed)


@given(st.text(max_size=60))
def test_any_text_gives_a_mobile_number_or_a_reason(text: str) -> None:
    try:
        number = numbers.normalise(text)
    except Refused:
        return
    assert numbers.normalise(number) == number
    assert len(number) == 12


@given(st.integers(0, 9_999_999), st.sampled_from(["0", "84", "+84", "0084", ""]))
def test_all_numbers_of_a_prefix_are_kept(rest: int, beginning: str) -> None:
    assert numbers.normalise(f"{beginning}90{rest:07d}") == f"+8490{rest:07d}"


def test_how_numbers_are_shown() -> None:
    assert numbers.masked("+84901234567") == "••••\N{NO-BREAK SPACE}•••\N{NO-BREAK SPACE}567"
    assert numbers.grouped("+84901234567") == "0901 234 567"
    assert numbers.grouped("+842933877777") == "0293 3877 777"
    assert numbers.prefix("+84901234567") == "+8490"
