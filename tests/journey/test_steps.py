"""Joining the table refuses what cannot be a journey, and the picture shows all of it."""

from functools import partial

import pytest
from flask_babel import lazy_gettext as _l

from onboarding.journey import drawing
from onboarding.journey.picture import Walk, svg
from onboarding.journey.steps import BrokenJourney, Step, Table
from onboarding.journey.table import TABLE

step = partial(Step, title=_l("Continue"))
FIRST = step("account", leads_to=("end",), entrance=True)
END = step("end", outcome="done")


def test_a_whole_journey_joins() -> None:
    assert list(Table([FIRST, END])) == ["account", "end"]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([FIRST, END, END], "two steps are called end"),
        (
            [step("account", leads_to=("end", "middle"), entrance=True), step("middle"), END],
            "these lead nowhere: middle",
        ),
        ([step("account", leads_to=("end", "gone"), entrance=True), END], "no such step: gone"),
        ([FIRST, END, step("island", leads_to=("end",))], "nobody reaches island"),
        ([FIRST, END, step("a", leads_to=("b",)), step("b", leads_to=("a",))], "nobody reaches a, b"),
        (
            [step("account", leads_to=("a",), entrance=True), step("a", leads_to=("a",))],
            "these never end: a, account",
        ),
    ],
)
def test_a_broken_journey_does_not_load(steps: list[Step], why: str) -> None:
    with pytest.raises(BrokenJourney, match=f"^{why}$"):
        Table(steps)


@pytest.mark.parametrize("form", drawing.FORMATS)
def test_the_picture_has_every_step(form: str) -> None:
    drawn = drawing.FORMATS[form](TABLE)
    assert [name for name in TABLE if name not in drawn] == []


def test_the_picture_has_every_way() -> None:
    ways = {f"  {step.name} --> {target}" for step in TABLE.values() for target in step.leads_to}
    assert ways <= set(drawing.mermaid(TABLE).splitlines())
    assert drawing.svg(TABLE).count('class="way"') == len(ways)


def test_a_walk_that_began_beside_the_first_question_has_no_line_across_a_box() -> None:
    drawn = svg(TABLE, Walk({"call-back"}, "call-back-requested"))
    assert drawn.count('class="way"') == 7
    assert " V" not in drawn, "lines down lead from the first question alone"


def test_each_step_that_ends_the_wizard_says_how_it_ended() -> None:
    assert {step.outcome for step in TABLE.values() if not step.leads_to} == {
        "registered",
        "signed-in",
        "call-back-requested",
        "token-linked",
        "token-removed",
    }
