import re
from inspect import getmembers, isfunction, signature

import pytest

from onboarding.config import Settings
from onboarding.errors import SettingsError
from onboarding.sms import gsm7
from onboarding.sms.texts import HOST_MOST, NAME_MOST, PHONE_MOST, Texts

ORDINARY = Texts.of(Settings(public_url="https://dichvucong.haugiang.gov.vn"))
# A deployment whose every setting is as long as may be.
LONGEST = Texts.of(
    Settings(
        public_url=f"https://{'h' * (HOST_MOST - 3)}.vn:8443/cong?x=1",
        portal_name="M" * NAME_MOST,
        support_phone="0" * PHONE_MOST,
    )
)
METHODS = {name: method for name, method in getmembers(Texts, isfunction) if not name.startswith("_")}
CODES = sorted(name for name, method in METHODS.items() if "code" in signature(method).parameters)
NOTICES = sorted(METHODS.keys() - set(CODES))


def code_text(texts: Texts, name: str) -> str:
    text: str = METHODS[name](texts, "012345")
    return text


def notice(texts: Texts, name: str) -> str:
    days = {"days": 60} if "days" in signature(METHODS[name]).parameters else {}
    text: str = METHODS[name](texts, **days)
    return text


def test_there_are_six_codes_and_seventeen_notices() -> None:
    assert (len(CODES), len(NOTICES)) == (6, 17)


@pytest.mark.parametrize("name", CODES)
def test_a_code_fits_one_segment_and_ends_bound_to_the_host(name: str) -> None:
    longest = code_text(LONGEST, name)
    print(f"{name}: {gsm7.septets(code_text(ORDINARY, name))}, at most {gsm7.septets(longest)} septets")
    assert gsm7.septets(longest) <= gsm7.SEGMENT
    assert longest.splitlines()[1:] == [f"@{'h' * (HOST_MOST - 3)}.vn #012345"]
    first, last = code_text(ORDINARY, name).splitlines()
    assert "012345" in first
    assert last == "@dichvucong.haugiang.gov.vn #012345"


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_fits_one_segment_and_holds_nothing_like_a_code(name: str) -> None:
    assert gsm7.septets(notice(LONGEST, name)) <= gsm7.SEGMENT
    assert not re.search(r"\d{6}|[@#\n]", notice(ORDINARY, name))


def test_no_two_texts_are_the_same() -> None:
    texts = [code_text(ORDINARY, name) for name in CODES] + [notice(ORDINARY, name) for name in NOTICES]
    assert len(set(texts)) == 23


def test_the_portals_name_is_written_without_accents_and_shortened_by_whole_words() -> None:
    assert ORDINARY.name == "Cong Dich vu cong tinh Hau Giang"
    long = Settings(portal_name="Cổng Dịch vụ công trực tuyến tỉnh Đắk Lắk và Hậu Giang")
    assert Texts.of(long).name == "Cong Dich vu cong truc tuyen"


def test_nothing_odd_in_the_portals_name_reaches_a_text() -> None:
    odd = Settings(portal_name="Cổng\r\n%s <a href=//x> @evil.example #999999 😀")
    assert Texts.of(odd).name == "Cong s a hrefx evil.example"


def test_a_code_says_how_long_it_lives() -> None:
    assert "10 phut" in code_text(ORDINARY, "sign_in_code")
    assert "2 phut" in Texts.of(Settings(code_seconds=120)).sign_in_code("012345")


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (Settings(public_url=f"https://{'h' * (HOST_MOST - 2)}.vn"), "PUBLIC_URL"),
        (Settings(public_url="https://dịchvụcông.vn"), "PUBLIC_URL"),
        (Settings(portal_name="公共服务"), "PORTAL_NAME"),
        (Settings(portal_name=""), "PORTAL_NAME"),
        (Settings(support_phone="0" * (PHONE_MOST + 1)), "SUPPORT_PHONE"),
        (Settings(support_phone="số 1022"), "SUPPORT_PHONE"),
    ],
)
def test_settings_that_do_not_fit_are_refused_by_name(settings: Settings, named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Texts.of(settings)
    assert [named in problem for problem in refused.value.problems] == [True]
