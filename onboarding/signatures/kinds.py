"""The kinds of proof that are taken: one file each, one line here."""

from collections.abc import Callable

from onboarding.signatures import cms
from onboarding.signatures.proof import Proof

KINDS: dict[str, Callable[[str], Proof]] = {
    "cms": cms.parse,
}
