"""Which addresses may be fetched, and which stand for others (rule R36)."""

import pytest

from onboarding.signatures.issuers import PROFILES, vgca, vnpt
from onboarding.signatures.issuers.sources import Sources

PLACES = Sources(allowed=("http://ocsp.issuer.vn/responder", "https://issuer.vn:8443/pki/crl/"))


@pytest.mark.parametrize(
    "address",
    [
        "http://ocsp.issuer.vn/responder",
        "http://ocsp.issuer.vn:80/responder",
        "http://OCSP.issuer.vn/responder/second",
        "https://issuer.vn:8443/pki/crl/ca.crl",
        "https://issuer.vn:8443/pki/crl/deep/ca.crl",
    ],
)
def test_R36_places_under_an_allowed_one_are_allowed(address: str) -> None:
    assert PLACES.allow(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://ocsp.issuer.vn/",
        "http://ocsp.issuer.vn/responders",
        "https://ocsp.issuer.vn/responder",
        "http://ocsp.issuer.vn:8080/responder",
        "http://ocsp.issuer.vn.evil.vn/responder",
        "http://evil.vn/http://ocsp.issuer.vn/responder",
        "http://evil.vn@ocsp.issuer.vn/responder",
        "http://ocsp.issuer.vn@evil.vn/responder",
        "http://ocsp.issuer.vn\\@evil.vn/responder",
        "http://ocsp.issuer.vn/responder/../admin",
        "http://ocsp.issuer.vn/responder/%2e%2e/admin",
        "http://ocsp.issuer.vn/responder?to=evil",
        "http://ocsp.issuer.vn/responder#x",
        "http://ocsp.issuer.vn/responder\r\nX: y",
        "http://ocsp.issuer.vn/responder /x",
        "http://ocsp.issuer.vn:99999/responder",
        "http://[ocsp.issuer.vn/responder",
        "http://ocsp.íssuer.vn/responder",
        "https://issuer.vn/pki/crl/ca.crl",
        "ldap://ocsp.issuer.vn/responder",
        "file:///etc/passwd",
        "//ocsp.issuer.vn/responder",
        "",
    ],
)
def test_R36_all_other_places_are_not(address: str) -> None:
    assert not PLACES.allow(address)


def test_R36_without_sources_nothing_is_fetched() -> None:
    assert not Sources().allow("http://127.0.0.1/")


def test_internal_names_stand_for_their_public_twins() -> None:
    sources = vgca.PROFILE.sources
    twin = "http://ocsp.ca.gov.vn/"
    assert sources.public(["http://ocsp.ca.btc/", twin, "http://ocsp.ca.btc.evil.vn/"]) == [twin]
    assert not sources.allow("http://ocsp.ca.btc/")
    assert sources.allow("http://ca.gov.vn/pki/pub/crl/btc.crl")


def test_what_every_profile_names_it_allows() -> None:
    assert vnpt.PROFILE.sources.allow("http://crl.vnpt-ca.vn/vnptca.crl")
    for profile in PROFILES:
        sources = profile.sources
        assert not sources.private
        assert (sources.ocsp_limit.seconds, sources.ocsp_limit.size) == (5, 65_536)
        assert (sources.crl_limit.seconds, sources.crl_limit.size) == (10, 20_971_520)
        assert all(map(sources.allow, (*sources.ocsp, *sources.crl, *sources.rewritten.values())))
