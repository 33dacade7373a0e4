"""Signing in to the console."""

from flask import render_template

from onboarding.console.guard import ANYBODY, allow, console


@console.get("/sign-in")
@allow(ANYBODY)
def sign_in() -> str:
    """The way in."""
    return render_template("console/sign-in.html")
