import pytest

from onboarding.sms import gsm7


def test_the_alphabet_has_its_127_characters_and_the_extension_its_ten() -> None:
    assert len(gsm7.BASIC) == 127  # 128 places, one of which is the escape to the extension
    assert len(gsm7.EXTENSION) == 10
    assert not gsm7.BASIC & gsm7.EXTENSION


@pytest.mark.parametrize(
    ("text", "room"),
    [("", 0), ("Ma: 123456", 10), ("\n@dvc.example #123456", 21), ("[a]", 5), ("10 €", 5), ("~^{}\\|", 12)],
)
def test_room_is_counted_in_septets(text: str, room: int) -> None:
    assert gsm7.septets(text) == room


@pytest.mark.parametrize("letter", ["ạ", "đ", "Đ", "ư", "ç", "`", "\t", "\x1b", "“", "😀"])
def test_other_letters_are_refused(letter: str) -> None:
    with pytest.raises(ValueError, match="GSM"):
        gsm7.septets(f"abc {letter}")
