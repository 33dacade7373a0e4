"""Pages that look alike for everybody are rendered once; each person gets them with what is their own."""

import re
from pathlib import Path

import pytest

from onboarding.resources import folder
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, OTHER, NewPerson, Person

OWN = re.compile(r'(?<=name="csrf_token" value=")[^"]+|(?<=name="form_id" value=")[^"]+|HG-\w{4}-\w{4}')
WAY = {"who": {"kind": "citizen"}, "citizen": MAN_OF_1965, "consent": {"consent": "y"}}


def html(person: Person) -> str:
    """The page in front of a person, as it came."""
    return person.client.response.text


@pytest.mark.parametrize(
    "step", ["account", "guided-help", "with-phone", "call-back", "register", *WAY, "registered"]
)
def test_a_kept_page_is_the_page_that_is_made_for_one_person(new_person: NewPerson, step: str) -> None:
    people = [new_person(), new_person(OTHER)]
    for person in people:
        reach(person, step)
        assert person.place == step
    kept = [html(person) for person in people]
    people[0].visit(f"{step}?made=anew")
    made = html(people[0]).replace("?made=anew&amp;lang=", "?lang=")
    assert OWN.sub("", kept[0]) == OWN.sub("", kept[1]) == OWN.sub("", made)
    first, second, anew = (OWN.findall(page) for page in (*kept, made))
    assert len(first) == len(second) == len(anew) > 0
    assert not {*first} & {*second}
    assert first[-1] == anew[-1] == people[0].page.support_code


def reach(person: Person, step: str) -> None:
    """Walk to a step, or on the main way to it."""
    if step in ("account", "call-back"):
        person.visit(step)
    elif step in ("guided-help", "with-phone"):
        person.choose("guided-help")
        person.submit(at_hand="with-phone") if step == "with-phone" else None
    elif step == "register":
        person.choose("register")
    elif step == "registered":
        person.register()
    else:
        person.prove("register")
        for answers in WAY.values():
            if person.place == step:
                return
            person.submit(**answers)


def test_the_code_page_tells_each_person_their_own_number_and_time(
    new_person: NewPerson, clock: MovableClock
) -> None:
    first, second = new_person(), new_person(OTHER)
    first.ask_code("register")
    clock.advance(seconds=10)
    second.ask_code("register")
    pages = [person.visit("register-code").text for person in (first, second)]
    assert ["0901 234 567" in page for page in pages] == [True, False]
    assert ["0912 345 678" in page for page in pages] == [False, True]
    assert ["in 20 seconds" in page for page in pages] == [True, False]
    assert ["in 30 seconds" in page for page in pages] == [False, True]


def test_what_was_typed_is_on_its_own_page_only(new_person: NewPerson) -> None:
    typed, other = new_person(), new_person(OTHER)
    for person in (typed, other):
        person.prove("register")
        person.submit(kind="citizen")
    typed.submit(**MAN_OF_1965 | {"national_id": "1"})
    typed.visit("citizen")
    other.visit("citizen")
    assert MAN_OF_1965["name"] in html(typed)
    assert MAN_OF_1965["name"] not in html(other)


@pytest.mark.parametrize("place", ["base.html", "fields.html", "journey", "parts"])
def test_no_template_of_a_kept_page_takes_anything_of_a_person_by_itself(place: str) -> None:
    found = folder("templates") / place
    for template in found.rglob("*.html") if found.is_dir() else [found]:
        taken = re.search(r"csrf_token\(|current_user|\bsession\b|request\.(?!path)|\bg\.", code_of(template))
        assert taken is None, f"{template.name} takes {taken}: pages are kept, and this would be kept with them"


def code_of(template: Path) -> str:
    """What stands between the braces of a template."""
    return " ".join(re.findall(r"\{[{%].*?[}%]\}", template.read_text(encoding="utf-8"), re.DOTALL))
