"""Who may see a portlet, and whose pages may show it."""

import pytest

from onboarding.accounts import sites
from onboarding.portal.portlets import PORTLETS
from tests.journey.people import NewPerson
from tests.machine.visitor import Visitor
from tests.portal.conftest import Describe
from tests.portal.test_portlets import ONE, QUESTION

REFUSED = "Bạn chưa có đủ quyền truy nhập portlet này."
HEADINGS = {"question": QUESTION, "visitors": "Lượt truy cập", "tally": "Mọi người trả lời thế nào"}
EMBEDDING = "https://congthuong.haugiang.gov.vn"


def test_the_portlets_that_have_rules_are_those_that_there_are() -> None:
    assert set(PORTLETS) == set(sites.PORTLETS)


@ONE
@pytest.mark.parametrize("name", HEADINGS)
def test_a_portlet_for_nobody_answers_403_and_the_rest_of_the_page_stands(
    client: Visitor, describe: Describe, name: str
) -> None:
    describe("portal", portlets={name: "nobody"})
    answer = client.get(f"/portlet/{name}")
    assert answer.status_code == 403
    assert (client.page.heading, [part.text for part in client.page.all("main")]) == (REFUSED, [REFUSED])
    page = client.visit("/")
    headings = {heading.text for heading in page.all("h2") if not heading.inside("article")}
    assert headings == {heading for other, heading in HEADINGS.items() if other != name}
    assert [section.text for section in page.all("section")].count(REFUSED) == 1
    assert len(page.all("article")) == 1


def test_a_portlet_for_citizens_is_seen_by_who_is_signed_in(new_person: NewPerson, describe: Describe) -> None:
    describe("portal", portlets={"tally": "citizens"})
    citizen, stranger = new_person(), new_person("+84912345678")
    citizen.register()
    assert stranger.client.get("/portlet/tally?lang=vi").status_code == 403
    assert REFUSED in stranger.client.visit("/?lang=vi").text
    assert citizen.client.get("/portlet/tally?lang=vi").status_code == 200
    assert REFUSED not in citizen.client.visit("/?lang=vi").text
    citizen.client.visit("/account")
    citizen.client.submit(form="sign-out")
    assert citizen.client.get("/portlet/tally").status_code == 403


@ONE
@pytest.mark.parametrize("rule", ["everybody", "citizens", "nobody"])
def test_a_portlet_alone_sets_no_cookie(client: Visitor, describe: Describe, rule: str) -> None:
    describe("portal", origins=[EMBEDDING], portlets=dict.fromkeys(HEADINGS, rule))
    for name in HEADINGS:
        assert "Set-Cookie" not in client.get(f"/portlet/{name}?lang=en").headers
        assert client.page.all("html")[0].get("lang") == "en"
    assert "Set-Cookie" not in client.get("/portlet/embed.js").headers


@ONE
@pytest.mark.parametrize("rule", ["everybody", "nobody"])
def test_B12_only_portlets_may_be_framed_and_only_by_their_sites_origins(
    client: Visitor, describe: Describe, rule: str
) -> None:
    describe("portal", origins=[EMBEDDING, "http://localhost:8080"], portlets=dict.fromkeys(HEADINGS, rule))
    describe("so-y-te")
    for name in HEADINGS:
        answer = client.get(f"/portlet/{name}")
        policy = answer.headers["Content-Security-Policy"]
        assert f"frame-ancestors {EMBEDDING} http://localhost:8080" in policy
        assert "X-Frame-Options" not in answer.headers
    closed = ("/", "/portlet/embed.js", "/portlet/news", "/onboarding/account", "/sites/so-y-te/portlet/question")
    for path in closed:
        answer = client.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Frame-Options"] == "DENY"


@ONE
def test_the_script_may_be_loaded_by_anybody_and_is_kept_for_an_hour(client: Visitor, describe: Describe) -> None:
    describe("so-y-te")
    for address in ("/portlet/embed.js", "/sites/so-y-te/portlet/embed.js"):
        answer = client.get(address)
        assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "public, max-age=3600")
        assert answer.headers.getlist("Cross-Origin-Resource-Policy") == ["cross-origin"]
        assert "{{" not in answer.text
