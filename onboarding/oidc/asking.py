"""The parameters of an authorization request, read and checked (OpenID Connect Core, 3.1.2.1; RFC 7636; R41).

Client and redirect address are checked before: only to an address that is its client's own may errors go.
"""

import re
from collections.abc import Mapping

from onboarding.accounts.authorizations import Asked
from onboarding.accounts.clients import Client
from onboarding.accounts.worth import ACRS
from onboarding.oidc import hints
from onboarding.web.language import LANGUAGES

LONGEST = 1000  # characters of state and nonce; a longer one is refused, a shorter one comes back as it is
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
PROMPTS = {"none", "login", "consent", "select_account"}
NOT_SUPPORTED = ("request", "request_uri", "registration")


class Refused(Exception):
    """A request that cannot be met; `error` is the code of OpenID Connect Core 3.1.2.6 and RFC 6749 4.1.2.1."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def read(sent: Mapping[str, str], client: Client) -> Asked:
    """What a service asks for. Raises Refused."""
    for name in NOT_SUPPORTED:
        demand(name not in sent, f"{name}_not_supported")
    demand("response_type" in sent)
    demand(sent["response_type"] == "code", "unsupported_response_type")
    demand(sent.get("response_mode", "query") == "query")
    demand(state(sent) == sent.get("state") and len(sent.get("nonce", "")) <= LONGEST)
    demand(sent.get("code_challenge_method") == "S256")
    demand(bool(CHALLENGE.fullmatch(sent.get("code_challenge", ""))))
    wanted = sent.get("scope", "").split(" ")
    demand("openid" in wanted, "invalid_scope")
    return Asked(
        redirect_uri=sent["redirect_uri"],
        code_challenge=sent["code_challenge"],
        scopes=[scope for scope in client.scopes if scope in wanted],
        state=sent.get("state"),
        nonce=sent.get("nonce"),
        prompt=prompt(sent.get("prompt", "")),
        max_age=max_age(sent.get("max_age")),
        acr=weakest(sent.get("acr_values", "")),
        subject=subject(client, sent.get("id_token_hint")),
        language=language(sent.get("ui_locales", "")),
    )


def state(sent: Mapping[str, str]) -> str | None:
    """The `state` that goes back with every answer; none where it is longer than anybody needs (attack D16)."""
    text = sent.get("state")
    return text if text is not None and len(text) <= LONGEST else None


def demand(fulfilled: bool, error: str = "invalid_request") -> None:
    """Raise Refused with this error where something is not as it has to be."""
    if not fulfilled:
        raise Refused(error)


def prompt(text: str) -> list[str]:
    """The values of `prompt`: none that is unknown, and `none` alone."""
    values = text.split()
    demand(set(values) <= PROMPTS and ("none" not in values or len(values) == 1))
    return values


def max_age(text: str | None) -> int | None:
    """Seconds that a sign-in may be old."""
    if text is None:
        return None
    demand(text.isascii() and text.isdigit() and len(text) < 10)
    return int(text)


def weakest(text: str) -> str | None:
    """The least of the known values asked for: a sign-in that is worth as much or more is enough."""
    known = [acr for acr in ACRS if acr in text.split()]
    return known[0] if known else None


def subject(client: Client, hint: str | None) -> str | None:
    """Whom a service means by an ID token of its own; without one, anybody."""
    if hint is None:
        return None
    told = hints.read(hint) or {}
    demand(told.get("aud") == str(client.id))
    return str(told["sub"])


def language(text: str) -> str | None:
    """The first language of ours among those that a service wishes for."""
    wanted = (tag.partition("-")[0] for tag in text.split())
    return next((tag for tag in wanted if tag in LANGUAGES), None)
