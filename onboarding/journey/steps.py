"""What a step is, what an answer to the first question is, and how they join into one checked table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flask_babel import LazyString

from onboarding.journey.forms import StepForm
from onboarding.journey.visit import Visit

OnlyFor = Literal["signed-in", "just-proven"] | None


class BrokenJourney(Exception):
    """The steps do not join: two of one name, one that leads nowhere, or one that nobody reaches."""


@dataclass(frozen=True)
class Own:
    """A text, or markup, that stands on one person's page only and decides nothing else of that page."""

    text: str


def go_on(visit: Visit, _form: StepForm) -> str | None:
    """Submit of a page that only explains: on to the step that it leads to."""
    return visit.only_way_on()


def nothing_more(_visit: Visit) -> Mapping[str, Any]:
    """Show of a page that is the same for everybody."""
    return {}


@dataclass(frozen=True)
class Step:
    """One page of the wizard.

    `words` are what its page needs besides the form, the same for everybody. `show` finds out what it needs of the
    one person whose page it is, as hashable values, those that differ from person to person as `Own`.

    `submit` is called with a valid form and gives the name of the next step, or None where it refused the form (it
    has then written why beside a field). The first name in `leads_to` is the main way on.
    """

    name: str
    title: LazyString
    leads_to: tuple[str, ...] = ()
    form: type[StepForm] | None = None
    submit: Callable[[Visit, Any], str | None] = go_on
    words: Mapping[str, Any] = field(default_factory=dict)
    show: Callable[[Visit], Mapping[str, Any]] = nothing_more
    template: str | None = None  # the page of another step that this one shares
    personal: bool = False  # its page is made of what one person has told: it is made anew each time
    fork: bool = False  # the ways that lead on from it are of many lengths: how far it is cannot be told
    once: bool = False  # answered for good: going back passes over it
    entrance: bool = False  # may be opened without anything leading to it
    outcome: str | None = None  # how a journey that reaches this step has ended
    only_for: OnlyFor = None  # who is signed in, or has lately proven who they are; else whoever is led here
    exit: str | None = None  # the endpoint outside the wizard to which this step leads


@dataclass(frozen=True)
class Answer:
    """One answer to the first question, with the steps of its way, the first of them first."""

    value: str
    label: LazyString
    steps: tuple[Step, ...]
    hint: LazyString | None = None


class Table(Mapping[str, Step]):
    """All steps by name, in order, joined and checked. Raises BrokenJourney."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps: dict[str, Step] = {}
        for step in steps:
            if step.name in self._steps:
                raise BrokenJourney(f"two steps are called {step.name}")
            self._steps[step.name] = step
        self._check()

    def __getitem__(self, name: str) -> Step:
        return self._steps[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    def main_way(self, name: str) -> list[str]:
        """The steps after this one, as most people walk them, up to an end or to where a way begins anew."""
        way: list[str] = []
        while self[name].leads_to:
            name = self[name].leads_to[0]
            if self[name].entrance or name in way:
                break
            way.append(name)
        return way

    def _check(self) -> None:
        targets = {target for step in self.values() for target in step.leads_to}
        if unknown := targets - self.keys():
            raise BrokenJourney(f"no such step: {', '.join(sorted(unknown))}")
        if dead_ends := [step.name for step in self.values() if not step.leads_to and not step.outcome]:
            raise BrokenJourney(f"these lead nowhere: {', '.join(dead_ends)}")
        if lost := self.keys() - self._led_to({name for name, step in self.items() if step.entrance}):
            raise BrokenJourney(f"nobody reaches {', '.join(sorted(lost))}")
        if endless := {name for name in self if not any(self[end].outcome for end in self._led_to({name}))}:
            raise BrokenJourney(f"these never end: {', '.join(sorted(endless))}")

    def _led_to(self, names: set[str]) -> set[str]:
        """These steps and all that can come after them."""
        further = names | {target for name in names for target in self[name].leads_to}
        return names if further == names else self._led_to(further)
