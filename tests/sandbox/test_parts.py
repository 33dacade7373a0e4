"""`/sandbox/parts`: every part of the pages, living, in both languages."""

import re

import pytest

from onboarding.resources import folder
from onboarding.sms.states import REASONS, STATES
from tests.machine.html import classes_around
from tests.machine.visitor import Visitor

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEADINGS = [("vi", "Các thành phần của trang"), ("en", "Parts of the pages")]


@ONE
@pytest.mark.parametrize(("language", "heading"), HEADINGS)
def test_every_part_is_there(client: Visitor, language: str, heading: str) -> None:
    page = client.visit(f"/sandbox/parts?lang={language}")
    assert page.heading == heading
    kinds = {element.get("type", "text") for element in page.all("input")}
    assert kinds == {"text", "tel", "radio", "checkbox"}
    used = {name for element in page.elements for name in element.get("class").split()}
    parts = {"done", "box", "bad", "rows", "act", "ways", "choice", "date", "hint", "button", "second", "back"}
    assert parts | {"progress", "figures", "tally", "bar", "scroll", "picture", "code", "onward"} <= used
    assert page.having("data-countdown")


@ONE
def test_the_error_states_are_those_of_the_pages(client: Visitor) -> None:
    assert client.visit("/sandbox/parts").errors == []
    page = client.visit("/sandbox/parts?errors=1&lang=en")
    assert page.title.startswith("Error: ")
    assert len(page.errors) == 7
    beside = [element for element in page.having("id") if element.get("id").endswith("-error")]
    assert [told.text.removeprefix("Error: ") for told in beside] == page.errors
    assert all("failed" in classes_around(told) for told in beside)


@ONE
def test_the_colours_are_the_style_sheet_s(client: Visitor) -> None:
    sheet = (folder("static") / "app.css").read_text()
    cells = [cell.text for cell in client.visit("/sandbox/parts").all("td")]
    assert len(cells) // 3 == len(set(re.findall(r"^\s+(--[a-z-]+): #", sheet, re.MULTILINE)))
    for cell in cells:
        assert cell in sheet


@ONE
def test_everything_that_is_said_of_a_message_can_be_read(client: Visitor) -> None:
    text = client.visit("/sandbox/parts?lang=en").text
    assert [said for said in [*STATES.values(), *REASONS.values()] if said not in text] == []


@ONE
def test_the_start_page_leads_there(client: Visitor) -> None:
    assert "/sandbox/parts" in [link.get("href") for link in client.visit("/sandbox/").all("a")]
