"""Turning aside on the way: what is asked for beside it is done, and the way goes on where it stood."""

from flask import request

from onboarding.journey.visit import Visit


def lead(visit: Visit, target: str) -> None:
    """On to `target`. Where that would end a way that somebody has only turned aside from, the way stays as it is.

    So whoever asks for a call while a message is late can still enter its code.
    """
    if turned_aside(visit) and visit.steps[target].outcome:
        visit.memory["aside"] = target
        visit.memory["typed"].pop(visit.step.name, None)  # it has reached its place
    else:
        visit.memory.pop("aside", None)
        visit.advance(target)


def turned_aside(visit: Visit) -> bool:
    """Whether nothing on the way led to this step, and its person has hardly left yet."""
    return visit.step.entrance and bool(visit.trail) and visit.end != visit.step.name and not visit.idle


def number(visit: Visit) -> dict[str, str]:
    """The number that was typed last on the way, for a page beside it that asks for one; not if that is lost."""
    if request.args.get("reason") == "lost-number":
        return {}
    way = [visit.end, *(answered["step"] for answered in reversed(visit.trail))]
    typed = (visit.memory.get("typed", {}).get(name, {}) for name in way)
    return next(({"number": known["number"]} for known in typed if "number" in known), {})
