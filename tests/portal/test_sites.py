"""Several departments from one installation: each with a page, a look and a tally of its own."""

from datetime import date
from typing import Any

import pytest

from tests.clock import MovableClock
from tests.journey.people import NewPerson
from tests.machine.visitor import Visitor
from tests.portal.conftest import Describe
from tests.portal.test_portlets import tally

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEWS = {"date": date(2026, 11, 20), "title": "Khám sức khỏe", "text": "Bà con đến <b>đúng giờ</b>.\n\nXin cảm ơn."}
HEALTH: dict[str, Any] = {"title": "Sở Y tế", "news": NEWS, "colours": {"brand": "#0b3c6f", "link": "#0a4f8a"}}


def test_a_department_has_its_own_name_and_news(client: Visitor, describe: Describe) -> None:
    describe("so-y-te", **HEALTH)
    page = client.visit("/sites/so-y-te")
    assert (page.heading, page.title) == ("Sở Y tế", "Sở Y tế – Cổng Dịch vụ công tỉnh Hậu Giang")
    [article] = page.all("article")
    assert [part.text for part in page.all("p") if part.inside("article")] == [
        "Tin tức · 20-11-2026",
        "Bà con đến <b>đúng giờ</b>.",
        "Xin cảm ơn.",
    ]
    assert article.get("lang") == ""
    client.visit("/sites/so-y-te?lang=en")
    assert {tag.get("lang") for tag in client.page.all("h1", "article")} == {"vi"}, "they are not translated"


def test_a_department_without_news_has_none(client: Visitor, describe: Describe) -> None:
    describe("so-y-te", title="Sở Y tế")
    assert client.visit("/sites/so-y-te").all("article") == []


def test_the_portal_is_there_without_a_word_and_can_be_described(
    client: Visitor, clock: MovableClock, describe: Describe
) -> None:
    page = client.visit("/")
    assert page.heading == "Sở Công Thương"
    assert "63 tỉnh" in page.text
    describe("portal", **HEALTH)
    assert client.visit("/").heading == "Sở Công Thương", "for two seconds it is kept"
    clock.advance(seconds=2)
    page = client.visit("/")
    assert page.heading == "Sở Y tế"
    assert "63 tỉnh" not in page.text
    assert client.get("/sites/portal").headers["Location"].endswith("/")


@pytest.mark.parametrize("rest", ["", "/portlet/question", "/portlet/embed.js", "/0000/colours.css"])
def test_an_unknown_site_has_no_page(client: Visitor, rest: str) -> None:
    assert client.get(f"/sites/nowhere{rest}").status_code == 404


def test_an_unknown_portlet_has_no_page(client: Visitor, describe: Describe) -> None:
    describe("so-y-te")
    assert client.get("/portlet/news").status_code == 404
    assert client.get("/sites/so-y-te/portlet/news").status_code == 404


@pytest.mark.parametrize("address", ["/sites/so-y-te", "/sites/so-y-te/portlet/tally"])
def test_a_departments_colours_come_as_a_style_sheet_of_its_own(
    client: Visitor, clock: MovableClock, describe: Describe, address: str
) -> None:
    describe("so-y-te", **HEALTH)
    page = client.visit(address)
    [_, sheet] = [link.get("href") for link in page.all("link") if link.get("rel") == "stylesheet"]
    answer = client.get(sheet)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == (
        "text/css",
        "public, max-age=31536000, immutable",
    )
    assert answer.text == (
        "@media screen{:root{--brand:#0b3c6f}}"
        "@media screen and (prefers-color-scheme:light){:root{--link:#0a4f8a}}"
    )
    describe("so-y-te", **HEALTH | {"colours": {"brand": "#4a148c"}})
    clock.advance(seconds=2)
    assert client.get(sheet).status_code == 404, "another look has another address"
    assert len([link for link in client.visit("/").all("link") if link.get("rel") == "stylesheet"]) == 1


def test_an_answer_counts_on_the_site_where_the_question_was_asked(
    new_person: NewPerson, describe: Describe
) -> None:
    describe("so-y-te")
    person = new_person()
    form = {field.get("name"): field.get("value") for field in person.client.visit("/sites/so-y-te").all("input")}
    assert form["site"] == "so-y-te"
    person.client.visit("/onboarding/account?answer=phone&site=so-y-te")
    person.submit()
    person.choose("usb")  # thinks again, on the page that the wizard leads back to
    for site in ("so-x", "", "portal"):
        someone = new_person()
        someone.client.visit(f"/onboarding/account?answer=register&site={site}")
        someone.submit()
    labels = [label for label, count in tally(person.client.visit("/sites/so-y-te?lang=vi")).items() if count]
    assert labels == ["Đã có tài khoản bằng USB ký số (VNPT hoặc Cục cơ yếu CP)"]
    assert {label: count for label, count in tally(person.client.visit("/")).items() if count} == {
        "Chưa đăng ký": 3
    }
