"""Everything that is ever recorded of a person has a sentence."""

import re
from typing import Any

import pytest
from flask import Flask

from onboarding.accounts import audit, call_backs, events
from onboarding.console import sentences
from onboarding.sms import states

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def names(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def test_every_kind_of_event_has_its_sentence_and_no_sentence_asks_for_more() -> None:
    assert sentences.EVENTS.keys() == events.KINDS.keys()
    assert {kind for kind, text in sentences.EVENTS.items() if not names(text) <= events.KINDS[kind]} == set()


def test_so_has_every_act_that_can_be_about_a_person() -> None:
    others = ("staff-", "client-", "signing-key-")
    about_people = {kind: facts for kind, facts in audit.KINDS.items() if not kind.startswith(others)}
    assert sentences.ACTS.keys() == about_people.keys()
    assert {kind for kind, text in sentences.ACTS.items() if not names(text) <= about_people[kind]} == set()


def test_every_fact_of_the_trail_is_told_by_a_name_in_words() -> None:
    assert sentences.FACTS.keys() == set().union(*audit.KINDS.values())


def test_so_has_every_reason_to_ask_for_a_call() -> None:
    assert {("reason", why) for why in call_backs.REASONS} <= sentences.OF_FACT.keys()


def test_so_has_every_state_of_a_message() -> None:
    assert sentences.MESSAGES.keys() == states.STATES.keys()


@ONE
@pytest.mark.parametrize("language", ["vi", "en"])
def test_facts_are_told_in_words_and_what_is_missing_is_no_fault(app: Flask, language: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        for kind, text in sentences.EVENTS.items():
            facts: dict[str, Any] = dict.fromkeys(names(text), "too-many")
            assert "too-many" not in sentences.event(kind, facts)
            assert "%(" not in sentences.event(kind, {})


@ONE
def test_a_failed_message_says_why(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert "does not exist" in sentences.message("failed", "sign-in", "esms", "no such number")
        assert "code 104" in sentences.message("waiting", "sign-in", "esms", "code 104")


@ONE
def test_reasons_that_nobody_typed_are_told_in_the_language_of_the_page(app: Flask) -> None:
    with app.test_request_context("/?lang=vi"):
        given = {text: sentences.reason(text) for text in [*sentences.GIVEN, "phone-number-2"]}
        assert [text for text, told in given.items() if told == text] == []
        assert given["phone-number-2"] == given["phone-number"]
        assert sentences.reason("does not get the code") == "does not get the code"
