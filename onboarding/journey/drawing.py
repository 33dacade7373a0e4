"""The journey drawn from the table of steps, so that picture and program cannot differ."""

from collections.abc import Callable

from onboarding.journey.picture import svg
from onboarding.journey.steps import Table


def text(table: Table) -> str:
    """A line for each step: its name and where it leads."""
    return "\n".join(
        f"{step.name} -> {', '.join(step.leads_to) or f'({step.outcome})'}" for step in table.values()
    )


def mermaid(table: Table) -> str:
    """A Mermaid flow chart."""
    lines = ["flowchart LR"]
    lines += [f"  {step.name}([{step.name}])" for step in table.values() if step.outcome]
    lines += [f"  {step.name} --> {target}" for step in table.values() for target in step.leads_to]
    return "\n".join(lines)


FORMATS: dict[str, Callable[[Table], str]] = {"text": text, "mermaid": mermaid, "svg": svg}
