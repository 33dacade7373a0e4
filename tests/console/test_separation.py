"""R27: staff and citizens have cookies and sessions of their own, worth nothing at the other's pages."""

from collections.abc import Callable

from tests.attacks.wizard import HOA, register
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor


def cookie(visitor: Visitor, name: str) -> str:
    """The value of a visitor's cookie."""
    found = visitor.get_cookie(name)
    assert found is not None
    return found.value


def with_cookies(new_client: Callable[[], Visitor], **cookies: str) -> Visitor:
    """A browser with these cookies."""
    visitor = new_client()
    for name, value in cookies.items():
        visitor.set_cookie(name, value)
    return visitor


def test_R27_a_citizen_s_cookie_opens_no_console(
    client: Visitor, inbox: Inbox, new_client: Callable[[], Visitor]
) -> None:
    register(client, inbox, HOA)
    mine = cookie(client, "session")
    assert with_cookies(new_client, session=mine).get("/account").status_code == 200
    assert with_cookies(new_client, session=mine, staff=mine).get("/console/").location == "/console/sign-in"


def test_R27_a_cookie_of_staff_opens_no_account(
    as_role: Callable[..., Visitor], new_client: Callable[[], Visitor]
) -> None:
    theirs = cookie(as_role("administrator"), "staff")
    assert with_cookies(new_client, staff=theirs).get("/console/").status_code == 200
    assert with_cookies(new_client, staff=theirs, session=theirs).get("/account").status_code == 303
    assert with_cookies(new_client, session=theirs).get("/console/").status_code == 303


def test_R27_one_browser_may_be_both(client: Visitor, inbox: Inbox, as_role: Callable[..., Visitor]) -> None:
    register(client, inbox, HOA)
    client.set_cookie("staff", cookie(as_role("helper"), "staff"))
    client.visit("/console/")
    client.submit(form="/console/sign-out")
    assert client.get("/console/").location == "/console/sign-in"
    assert client.get("/account").status_code == 200, "whoever leaves the desk stays a citizen"


def test_R27_a_token_of_one_side_sends_no_form_of_the_other(client: Visitor) -> None:
    tokens = {}
    for path in ("/onboarding/register", "/console/sign-in"):
        client.get("/onboarding/account?answer=register", follow_redirects=True)
        client.get(path)
        fields = [one.get("value") for one in client.page.all("input") if one.get("name") == "csrf_token"]
        tokens[path] = fields[0] if fields else ""
    foreign = tokens["/onboarding/register"]
    assert foreign
    assert client.post("/console/sign-in/challenge", data={"csrf_token": foreign}).status_code == 403
    own = tokens["/console/sign-in"]
    assert client.post("/console/sign-in/challenge", data={"csrf_token": own}).status_code == 200
