"""Issuers of signing certificates: one file each, one line here."""

from onboarding.signatures.issuers import vgca, vnpt

PROFILES = (vnpt.PROFILE, vgca.PROFILE)
