"""The door for any WSGI server: `wsgi:app`."""

from onboarding import create_app

app = create_app()
