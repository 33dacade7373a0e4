"""The Government Cipher Committee's authority (VGCA), a root of its own.

Its public-duty certificates may have nonRepudiation alone and no extended key usage, which the usual rules
for signing in refuse; those with extended usages have e-mail protection or document signing.
"""

from onboarding.signatures.issuers.profile import Profile

PROFILE = Profile(
    name="vgca",
    key_usages=frozenset({"digital_signature", "non_repudiation"}),
    extended_usages=frozenset({"client_auth", "email_protection", "microsoft_document_signing"}),
)
