"""docs/sandbox.md names everything that there is, as it is."""

from pathlib import Path

from onboarding.sandbox.clients import PORTS, READY, READY_SECRET
from onboarding.sandbox.faults import FAULTS
from onboarding.sandbox.numbers import NUMBERS
from onboarding.sandbox.refusals import REFUSALS

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()


def test_the_page_names_every_number_refusal_and_fault() -> None:
    rows = [f"| `0{one.number[3:]}` | `{one.outcome}` |" for one in NUMBERS]
    names = [f"`{name}`" for name in (*REFUSALS, *FAULTS, READY, READY_SECRET)]
    assert [text for text in (*rows, *names, *map(str, PORTS)) if text not in PAGE] == []
