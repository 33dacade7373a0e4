"""A number or an id that is somebody's already: strangers see nothing of it, its owner is told."""

from onboarding.db import Database
from tests.journey.people import MAN_OF_1965, OTHER, NewPerson, accounts, alike


def test_a_taken_number_looks_free_to_a_stranger_and_tells_its_owner(
    new_person: NewPerson, database: Database
) -> None:
    owner = new_person()
    owner.register()
    before = accounts(database)
    stranger, other = new_person(), new_person(OTHER)
    pages: list[list[str]] = [[], []]
    for seen, person in zip(pages, (stranger, other), strict=True):
        person.ask_code("register")
        seen += [person.client.response.status, alike(person.client.response.text)]
        person.submit(code="000000")
        seen += [person.client.response.status, alike(person.client.response.text)]
    assert pages[0] == pages[1]
    assert "so nay da co tai khoan" in owner.inbox.messages(owner.number)[0]["text"]
    assert "da co tai khoan" not in other.inbox.messages(OTHER)[0]["text"]
    assert accounts(database) == before


def test_the_owner_who_registers_again_is_led_to_sign_in(new_person: NewPerson, database: Database) -> None:
    new_person().register()
    owner = new_person()
    owner.prove("register")
    assert owner.place == "have-account"
    owner.submit()
    assert (owner.place, owner.fields()["number"]) == ("phone", "0901 234 567")
    assert owner.client.visit("/account").heading != "My account"
    owner.visit("phone")
    owner.submit()
    owner.enter_code()
    assert owner.client.path == "/account"
    assert len(accounts(database)) == 1


def test_a_taken_id_looks_free_to_a_stranger_and_tells_its_owner(
    new_person: NewPerson, database: Database
) -> None:
    owner, stranger, free = new_person(), new_person(OTHER), new_person("+84933333333")
    owner.register()
    for person, national_id in ((stranger, MAN_OF_1965["national_id"]), (free, "093065005555")):
        person.prove("register")
        person.submit(kind="citizen")
        person.submit(**(MAN_OF_1965 | {"national_id": national_id}))
    seen: list[list[str]] = [[], []]
    for step in ({"consent": "y"}, {}):
        for n, person in enumerate((stranger, free)):
            person.submit(**step)
            seen[n].append(alike(person.client.response.text).replace("093065005555", "093065001234"))
    for n, person in enumerate((stranger, free)):
        person.client.visit("/account")
        seen[n].append(alike(person.client.response.text))
    assert seen[0] == seen[1]
    told = [message["text"] for message in owner.inbox.messages(owner.number)]
    assert any("so can cuoc" in text for text in told)
    assert not any("so can cuoc" in message["text"] for message in owner.inbox.messages(OTHER))
    assert sorted((made["identity"], made["numbers"][0]) for made in accounts(database)) == [  # type: ignore[index]
        ("declared", owner.number), ("declared", free.number), ("disputed", stranger.number),
    ]  # fmt: skip
