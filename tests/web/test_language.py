"""Vietnamese first, English by choice; the choice is kept, and a visitor's parameters stay what they are."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.machine.visitor import Visitor, filled_in


def test_vietnamese_unless_english_is_asked_for(client: Visitor) -> None:
    client.get("/onboarding/account", headers={"Accept-Language": "en"})
    assert client.page.all("html")[0].get("lang") == "vi"
    assert client.page.heading.startswith("Bạn có tài khoản")
    client.visit("/onboarding/account?lang=en")
    assert client.page.all("html")[0].get("lang") == "en"


def test_the_choice_is_kept_for_a_year_and_can_be_changed_back(client: Visitor) -> None:
    answer = client.get("/?lang=en")
    assert "Max-Age=31536000" in answer.headers["Set-Cookie"]
    client.visit("/onboarding/account")
    assert client.page.all("html")[0].get("lang") == "en"
    client.visit("/onboarding/account?lang=vi")
    client.visit("/onboarding/account")
    assert client.page.all("html")[0].get("lang") == "vi"


@pytest.mark.parametrize("asked", ["xx", "en%0d%0aSet-Cookie:a=b", "../../etc", "e%00n", ""])
def test_another_language_is_none(client: Visitor, asked: str) -> None:
    answer = client.get(f"/onboarding/account?lang={asked}")
    assert client.page.all("html")[0].get("lang") == "vi"
    assert "language" not in answer.headers.get("Set-Cookie", "")


def other_language(client: Visitor) -> str:
    """Where the link to the other language leads."""
    return next(link.get("href") for link in client.page.all("a") if "hreflang" in link.attributes)


def test_the_other_language_is_one_click_away_on_every_page(client: Visitor) -> None:
    for path in ("/", "/onboarding/account?answer=phone", "/onboarding/resume", "/nothing", "/account/nothing"):
        client.get(path)
        client.visit(other_language(client))
        assert client.page.all("html")[0].get("lang") == "en"
        client.visit("/?lang=vi")


def test_a_page_with_errors_stays_itself_in_the_other_language_with_what_was_typed(client: Visitor) -> None:
    client.visit("/onboarding/account")
    client.submit()
    assert other_language(client) == "/onboarding/account?lang=en"
    client.submit(answer="register")
    client.submit(number="0912")
    client.visit(other_language(client))
    assert client.page.all("html")[0].get("lang") == "en"
    assert (client.path, filled_in(client.page, client.page.all("form")[0])["number"]) == (
        "/onboarding/register",
        "0912",
    )


def test_a_refused_form_that_has_no_page_leads_to_the_portal_page(client: Visitor) -> None:
    assert client.post("/account/sign-out").status_code == 403
    assert other_language(client) == "/?lang=en"


# Names that mean something to Flask's url_for.
@pytest.mark.parametrize(
    "name", ["endpoint", "_external", "_scheme", "_method", "_anchor", "name", "self", "values"]
)
def test_B16_no_parameter_reaches_further_than_its_page(client: Visitor, name: str) -> None:
    query = f"{name}=javascript&_external=1" if name != "_external" else "_external=1&_scheme=javascript"
    assert client.get(f"/onboarding/account?{query}").status_code == 200
    address = urlsplit(other_language(client))
    assert (address.scheme, address.netloc, address.path) == ("", "", "/onboarding/account")
    assert parse_qs(address.query)["lang"] == ["en"]
    answer = client.get(f"/onboarding?{query}")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/onboarding/account")
