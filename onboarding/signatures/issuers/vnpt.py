"""VNPT-CA, under the national root: certificates for signing and signing in."""

from onboarding.signatures.issuers.profile import Profile
from onboarding.signatures.issuers.sources import Sources

PROFILE = Profile(
    name="vnpt",
    key_usages=frozenset({"digital_signature"}),
    extended_usages=frozenset({"client_auth"}),
    sources=Sources(
        allowed=("http://ocsp.vnpt-ca.vn/responder", "http://crl.vnpt-ca.vn/"),
        ocsp=("http://ocsp.vnpt-ca.vn/responder",),
        crl=("http://crl.vnpt-ca.vn/vnptca.crl",),
    ),
)
