"""The kinds of proof that are taken: one file each, one line here."""

from collections.abc import Callable

from onboarding.signatures import cms, hash_rsa, jws, web_eid
from onboarding.signatures.proof import Proof

KINDS: dict[str, Callable[[str], Proof]] = {
    "cms": cms.parse,
    "web-eid": web_eid.parse,
    "jws": jws.parse,
    "hash-rsa": hash_rsa.parse,
}
OVER_A_HASH = {"hash-rsa"}  # taken where the settings say so only
