"""The portlets: the question in the portal's own words, how others answered."""

import re

import pytest

from tests.journey.people import NewPerson
from tests.journey.test_answers import LABELS
from tests.machine.html import Page
from tests.machine.visitor import Visitor

QUESTION = "Bạn có tài khoản để nộp hồ sơ trực tuyến tại Cổng Dịch vụ công của Hậu Giang?"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def tally(page: Page) -> dict[str, int]:
    """The counts shown, by label."""
    rows = [row for row in page.all("li") if (around := row.inside("ul")) and around.get("class") == "tally"]
    found = [re.fullmatch(r"(\d+)(.*)", row.text) for row in rows]
    return {match[2].strip(): int(match[1]) for match in found if match}


@ONE
@pytest.mark.parametrize("address", ["/", "/portlet/question"])
def test_the_question_has_its_words_its_answers_and_its_button(client: Visitor, address: str) -> None:
    page = client.visit(address)
    form = next(form for form in page.all("form") if form.get("action") == "/onboarding/account")
    assert form.get("method") == "get"
    assert [legend.text for legend in page.all("legend")] == [QUESTION]
    radios = [radio for radio in page.all("input") if radio.get("type") == "radio"]
    assert all(radio.get("required") is not None for radio in radios), "browsers say so where none is chosen"
    labels = {radio.get("value"): label.text for radio in radios if (label := radio.inside("label"))}
    assert labels == LABELS
    assert {radio.get("name") for radio in radios} == {"answer"}
    assert [button.text for button in page.all("button") if button.inside("form") is form] == ["Tiếp tục"]


@ONE
@pytest.mark.parametrize("answer", LABELS)
def test_the_answer_chosen_on_the_portal_is_chosen_in_the_wizard(client: Visitor, answer: str) -> None:
    page = client.visit(f"/onboarding/account?answer={answer}")
    chosen = [radio.get("value") for radio in page.all("input") if "checked" in radio.attributes]
    assert chosen == [answer]
    client.submit()
    assert client.path == f"/onboarding/{answer}"


@ONE
@pytest.mark.parametrize("address", ["/portlet/question", "/portlet/visitors", "/portlet/tally"])
def test_a_portlet_alone_has_nothing_of_the_page_around_it(client: Visitor, address: str) -> None:
    page = client.visit(address)
    assert page.all("header", "footer", "nav") == []


def test_the_tally_counts_each_journeys_answer_once(new_person: NewPerson) -> None:
    for answer in ("register", "phone", "phone", "usb"):
        person = new_person()
        person.choose(answer)
    person.choose("guided-help")  # the last one thinks again
    for address in ("/", "/portlet/tally"):
        page = person.client.visit(f"{address}?lang=vi")
        words = dict(zip(LABELS, LABELS.values(), strict=True))
        assert tally(page) == {words["guided-help"]: 1, words["register"]: 1, words["phone"]: 2, words["usb"]: 0}
    bars = [bar.get("width") for bar in page.all("rect")]
    assert bars == ["25%", "25%", "50%", "0%"]


@ONE
def test_before_the_first_answer_the_tally_is_empty_and_still_there(client: Visitor) -> None:
    assert tally(client.visit("/portlet/tally")) == dict.fromkeys(LABELS.values(), 0)
