"""One request to the wizard: the journey it belongs to, its trail, and what is remembered on it.

The trail is the list of steps answered, each with where it led. It orders pages and authorises nothing.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import current_app, request, session

from onboarding.accounts import journeys
from onboarding.accounts.sessions import token_hash
from onboarding.config import Settings
from onboarding.web import requests
from onboarding.work import current_session

if TYPE_CHECKING:
    from onboarding.journey.steps import Step

FIRST = "account"
FORMS_KEPT = 30  # how many forms back a repeated one is recognised
FORM_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class Visit:
    """What a step may use: the database session, the time, the settings, the trail and the journey's memory."""

    def __init__(self, steps: "Mapping[str, Step]", step: "Step") -> None:
        self.steps = steps
        self.step = step
        self.db = current_session()
        self.settings: Settings = current_app.extensions["settings"]
        self.now = requests.now()
        self.came_with = self.token_hash
        self.adopt(journeys.find(self.db, self.token_hash, lock=request.method == "POST"))
        if self.journey is None and request.method == "POST":
            self.catch_up()

    def adopt(self, journey: journeys.Journey | None) -> None:
        """Go on with this journey."""
        self.journey = journey
        self.memory: dict[str, Any] = journey.memory if journey else {}
        self.trail = list(journey.trail) if journey else []

    @property
    def journey_id(self) -> UUID | None:
        """The journey's id, for what is written about it elsewhere."""
        return self.journey.id if self.journey else None

    def renew(self) -> str:
        """A new token for this browser, now that somebody has proven who they are (rule R24).

        It follows from the old token and the form, so that the same form sent twice gives the same token.
        """
        assert self.journey is not None
        if self.journey.earlier_token_hash != self.came_with:
            self.journey.earlier_token_hash = self.came_with
            session.renew(request.form.get("form_id"))  # type: ignore[attr-defined]
            self.journey.token_hash = self.token_hash
        return str(session.token)  # type: ignore[attr-defined]

    def catch_up(self) -> None:
        """A form sent twice, whose first sending has changed the token: find its journey and go on with that."""
        journey = journeys.find_earlier(self.db, self.token_hash)
        if journey is not None and request.form.get("form_id") in journey.memory.get("forms", {}):
            session.renew(request.form["form_id"])  # type: ignore[attr-defined]
            self.adopt(journey if journey.token_hash == self.token_hash else None)

    @property
    def token_hash(self) -> bytes:
        """The hash by which the browser's journey is found."""
        return token_hash(session.token)  # type: ignore[attr-defined]

    @cached_property
    def support_code(self) -> str:
        """What the citizen reads out on the telephone; before the first answer, the code the journey will have."""
        return self.journey.support_code if self.journey else journeys.support_code(self.token_hash)

    @property
    def end(self) -> str:
        """The step where this person stands."""
        return self.trail[-1]["to"] if self.trail else FIRST

    @property
    def finished(self) -> bool:
        """Whether the way has come to its end."""
        return self.journey is not None and self.journey.outcome is not None

    @property
    def facts(self) -> dict[str, Any]:
        """What the steps that led to this one have found out, later ones over earlier ones."""
        led_here = [answered["to"] for answered in self.trail]
        way = led_here.index(self.step.name) + 1 if self.step.name in led_here else len(self.trail)
        return self.found_out(self.trail[:way])

    def found_out(self, trail: list[dict[str, str]]) -> dict[str, Any]:
        """What these answers have found out, later ones over earlier ones."""
        facts: dict[str, Any] = {}
        for answered in trail:
            facts |= self.memory.get("facts", {}).get(answered["step"], {})
        return facts

    @property
    def known(self) -> bool:
        """Whether somebody has proven on this journey who they are."""
        return bool({"proven_number", "certificate"} & self.found_out(self.trail).keys())

    @property
    def own_facts(self) -> dict[str, Any]:
        """What this step has found out so far."""
        own: dict[str, Any] = self.memory.get("facts", {}).get(self.step.name, {})
        return own

    @property
    def idle(self) -> bool:
        """Whether the journey was left alone for so long that somebody else may sit here now (P23)."""
        if self.journey is None:
            return False
        return self.now - self.journey.last_at >= timedelta(seconds=self.settings.idle_seconds)

    @property
    def must_prove(self) -> bool:
        """Whether a known person's journey was left alone: it is shown only to who proves the number again."""
        return self.idle and not self.finished and self.known

    @property
    def aside(self) -> bool:
        """Whether this step answers what was asked for beside the way."""
        return self.step.name == self.memory.get("aside")

    def may_open(self) -> bool:
        """Whether something led to this step, and it is not one that is answered for good."""
        if self.step.entrance or self.aside:
            return True
        if self.finished:
            return self.step.name == self.end
        led_to = self.step.name in {answered["to"] for answered in self.trail}
        return led_to and not (self.step.once and self.step.name in {answered["step"] for answered in self.trail})

    def back(self) -> str | None:
        """The step before this one to which a person can go back."""
        if self.finished:
            return None
        names = [answered["step"] for answered in self.trail]
        if self.step.name == FIRST or not names:
            return None
        if (self.step.entrance or self.aside) and self.step.name not in {*names, self.end}:
            return self.end
        before = names[: names.index(self.step.name)] if self.step.name in names else names
        return next((name for name in reversed(before) if not self.steps[name].once), None)

    def only_way_on(self) -> str:
        """The main way on from here."""
        return self.step.leads_to[0]

    def typed(self) -> dict[str, Any]:
        """What was entered on this step before."""
        typed: dict[str, Any] = self.memory.get("typed", {}).get(self.step.name, {})
        return typed

    def keep_typed(self, typed: dict[str, Any]) -> None:
        """Keep what was entered, so that nobody types it twice."""
        self.memory.setdefault("typed", {})[self.step.name] = typed

    def prefill(self, step: str, known: dict[str, str]) -> None:
        """Fill in another step's form with what is known already, unless the person has typed there."""
        self.memory.setdefault("typed", {}).setdefault(step, known)

    def remember(self, **facts: Any) -> None:
        """Keep what this step found out, for the steps after it."""
        self.memory.setdefault("facts", {}).setdefault(self.step.name, {}).update(facts)

    def advance(self, target: str) -> None:
        """This step is answered and leads to `target`: what came after it before is cut off."""
        names = [answered["step"] for answered in self.trail]
        kept = self.trail[: names.index(self.step.name)] if self.step.name in names else self.trail
        if not self.step.entrance:
            led_here = [answered["to"] for answered in kept].index(self.step.name)
            kept = kept[: led_here + 1]
        self.trail = [
            *kept,
            {"step": self.step.name, "to": target, "at": self.now.isoformat(timespec="seconds")},
        ]
        on_trail = {answered["step"] for answered in self.trail}
        self.memory["facts"] = {
            name: told for name, told in self.memory.get("facts", {}).items() if name in on_trail
        }

    def save(self, *, touch: bool = True) -> None:
        """Write the journey back; without `touch` it stays as idle as it was."""
        journey = self.journey
        if journey is None:
            return
        journey.trail, journey.memory, journey.step = self.trail, self.memory, self.end
        journey.last_at = self.now if touch else journey.last_at
        if outcome := self.steps[self.end].outcome:
            journey.outcome, journey.finished_at = outcome, journey.finished_at or self.now
            # What was typed has reached its place; only a form sent twice still needs its answer.
            journey.memory = {"forms": self.memory.get("forms", {})}
        journeys.save(self.db, journey)

    @property
    def form_id(self) -> str:
        """The id with which this request's form came; empty where it is none that a page of ours had."""
        came = request.form.get("form_id", "")
        return came if FORM_ID.fullmatch(came) else ""

    def earlier(self) -> dict[str, Any] | None:
        """What this request's form was answered, if it came before."""
        answers: dict[str, dict[str, Any]] = self.memory.get("forms", {})
        return answers.get(self.form_id)

    def note_form(self, answer: dict[str, Any]) -> None:
        """Keep how this request's form was answered, for the case that it comes again."""
        forms = self.memory.get("forms", {}) | {self.form_id: {"sent": self.sent(), **answer}}
        self.memory["forms"] = dict(list(forms.items())[-FORMS_KEPT:])

    def sent(self) -> str:
        """A digest of what this request's form says, to tell a repeated form from a changed one."""
        fields = sorted((name, text) for name, text in request.form.items() if name != "csrf_token")
        return hashlib.sha256(json.dumps([self.step.name, fields]).encode()).hexdigest()
