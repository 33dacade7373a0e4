"""`/sandbox/`: the text messages for people and for programs, and how to test."""

from datetime import datetime, timedelta

import pytest

from tests.clock import MovableClock
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ask_for_a_code(client: Visitor, number: str) -> None:
    client.visit("/onboarding/account")
    client.submit(answer="phone")
    client.submit(number=number)


def test_the_messages_keep_their_contract(client: Visitor, inbox: Inbox, clock: MovableClock) -> None:
    ask_for_a_code(client, "0901234567")
    clock.advance(seconds=40)
    client.submit(resend="1")
    newest, oldest = inbox.messages("+84901234567")
    assert newest.keys() == {"to", "text", "code", "state", "created_at"}
    assert newest["to"] == "+84901234567"
    assert newest["text"].endswith(f"#{newest['code']}")
    assert len(newest["code"]) == 6
    assert newest["state"] == "sent"
    assert datetime.fromisoformat(newest["created_at"]) > datetime.fromisoformat(oldest["created_at"])
    assert datetime.fromisoformat(newest["created_at"]).utcoffset() == timedelta(0)


def test_a_text_without_a_code_has_none(client: Visitor, inbox: Inbox) -> None:
    client.visit("/onboarding/call-back")
    client.submit(name="Trần Thị Bình", number="0901234567", best_time="any")
    [notice] = inbox.messages("+84901234567")
    assert notice["code"] is None


def test_each_number_sees_its_own_and_nobody_sees_none(client: Visitor, inbox: Inbox) -> None:
    ask_for_a_code(client, "0901234567")
    ask_for_a_code(client, "0907654321")
    inbox.messages("")
    for asked in ("+84907654321", "%2B84907654321"):
        found = client.get(f"/sandbox/messages.json?to={asked}").get_json()
        assert [message["to"] for message in found] == ["+84907654321"]
    assert client.get("/sandbox/messages.json?to=+84900000000").get_json() == []
    everybodys = client.get("/sandbox/messages.json").get_json()
    assert [message["to"] for message in everybodys] == ["+84907654321", "+84901234567"]


def test_the_page_shows_them_to_people(client: Visitor, inbox: Inbox) -> None:
    assert "Chưa có tin nhắn" in client.visit("/sandbox/messages").text
    ask_for_a_code(client, "0901234567")
    message = inbox.messages("+84901234567")[0]
    page = client.visit("/sandbox/messages")
    assert {message["code"], "Đã gửi"} <= {cell.text for cell in page.all("td")}
    told = datetime.fromisoformat(message["created_at"]).isoformat(timespec="seconds")
    assert [time.get("datetime") for time in page.all("time")] == [told]


def test_the_start_page_has_commands_for_this_very_portal(client: Visitor) -> None:
    page = client.visit("/sandbox/?lang=en")
    commands = "\n".join(block.text for block in page.all("pre"))
    assert "onboarding sandbox seed --accounts" in commands
    assert "onboarding sandbox token --dir my-token" in commands
    assert "--token-dir my-token --allow-origin http://localhost" in commands
    assert "/sandbox/messages.json?to=+84901234567" in commands
    assert {"/sandbox/messages", "/onboarding/account"} <= {link.get("href") for link in page.all("a")}


@ONE
def test_the_start_page_names_the_ready_client(visitor: Visitor) -> None:
    shown = visitor.visit("/sandbox/?lang=en").text
    ready = visitor.get("/sandbox/clients.json").get_json()[0]
    assert ready["client_id"] in shown
    assert ready["client_secret"] in shown
    assert "http://localhost:5000/callback" in shown


@ONE
def test_a_service_is_registered_by_the_form(visitor: Visitor) -> None:
    visitor.visit("/sandbox/clients?lang=en")
    visitor.submit(name="Biên lai", redirect_uri="ftp://example.vn/back")
    assert "An address must begin with https://" in visitor.page.errors[0]
    visitor.submit(name="Biên lai", redirect_uri="http://localhost:4000/callback")
    added = visitor.get("/sandbox/clients.json").get_json()[1]
    codes = [code.text for code in visitor.page.all("code")]
    assert codes[0] == added["client_id"]
    assert len(codes[1]) == 43


@ONE
def test_clock_and_faults_are_moved_by_forms(visitor: Visitor) -> None:
    visitor.visit("/sandbox/controls?lang=en")
    assert "ten years" in visitor.submit(form="clock", forward="soon").errors[0]
    assert "960 seconds ahead" in visitor.submit(form="clock", forward="960").text
    assert " 0 seconds ahead" in visitor.submit(form="clock", reset="1").text
    assert "no service" in visitor.submit(form="faults", client_id="x", fault="slow").errors[0]
    ready = visitor.get("/sandbox/clients.json").get_json()[0]["client_id"]
    page = visitor.submit(form="faults", client_id=ready, fault="slow")
    assert "The token endpoint answers after 10 seconds" in [on.text for on in page.all("strong")]
    assert visitor.get("/sandbox/faults.json").get_json()["on"] == {ready: "slow"}
    visitor.submit(form="faults", fault="")
    assert visitor.get("/sandbox/faults.json").get_json()["on"] == {}
