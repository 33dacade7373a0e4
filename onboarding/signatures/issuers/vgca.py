"""The Government Cipher Committee's authority (VGCA), a root of its own.

Its public-duty certificates may have nonRepudiation alone and no extended key usage, which the usual rules
for signing in refuse; those with extended usages have e-mail protection or document signing (as VGCA's own
certificate picker wants them). They name services inside the government's own network; some of these have a
public twin. Where none of them answers, staff decide.
"""

from onboarding.signatures.issuers.profile import Profile
from onboarding.signatures.issuers.sources import Sources

PROFILE = Profile(
    name="vgca",
    key_usages=frozenset({"digital_signature", "non_repudiation"}),
    extended_usages=frozenset(
        {"client_auth", "email_protection", "microsoft_document_signing", "adobe_authentic_documents_trust"}
    ),
    sources=Sources(
        allowed=("http://ocsp.ca.gov.vn/", "http://ca.gov.vn/pki/pub/crl/"),
        rewritten={
            "http://ocsp.ca.btc/": "http://ocsp.ca.gov.vn/",
            "http://ocsp.ca.ptc/": "http://ocsp.ca.gov.vn/",
        },
        ocsp=("http://ocsp.ca.gov.vn/",),
        when_unreachable="staff",
    ),
)
