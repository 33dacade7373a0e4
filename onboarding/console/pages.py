"""All pages of the console: a file that is named here has its views on the blueprint."""

from onboarding.console import approvals, first_sign_in, home, menu, sign_in, staff, trail, usb  # noqa: F401 - their views are on the blueprint once they are loaded
from onboarding.console.guard import console

pages = console
