"""VNPT-CA, under the national root: certificates for signing and signing in."""

from onboarding.signatures.issuers.profile import Profile

PROFILE = Profile(
    name="vnpt",
    key_usages=frozenset({"digital_signature"}),
    extended_usages=frozenset({"client_auth"}),
)
