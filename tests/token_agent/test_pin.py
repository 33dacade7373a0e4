"""The PIN is asked on the terminal, for each signature anew; an empty answer refuses."""

import pytest

from onboarding.token_agent.desk import Desk
from onboarding.token_agent.failures import Cancelled
from onboarding.token_agent.person import AtTerminal
from onboarding.token_agent.signer import Signer
from onboarding.token_agent.vnpt import Conversation


def answering(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """A person who types this; a test has no terminal."""
    monkeypatch.setattr("getpass.getpass", lambda _prompt: answer)


def test_what_was_typed_is_the_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "4711")
    assert AtTerminal().pin("token", "") == "4711"


def test_nothing_typed_refuses_and_the_page_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "")
    with pytest.raises(Cancelled):
        AtTerminal().pin("token", "")


class Unwilling:
    """Tokens whose owner refuses."""

    def signers(self) -> list[Signer]:
        raise Cancelled


def test_a_refusal_has_the_plugins_code_for_cancelled() -> None:
    shown: list[str] = []
    desk = Desk(Unwilling(), AtTerminal(shown.append), "http://127.0.0.1:8000")
    reply = Conversation(desk, "/plugin").answer('{"functionID":4,"funcCallback":"c","args":["QQ=="]}')
    assert reply.startswith('{"code": 11')
    assert shown[-1] == Cancelled.sentence
