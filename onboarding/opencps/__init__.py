"""Accounts of an earlier portal that ran OpenCPS v2 (`onboarding accounts import`)."""
