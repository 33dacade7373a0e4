"""The door for any WSGI server: `wsgi:app`."""

from threading import Event, Thread

from onboarding import create_app

app = create_app()
Thread(target=app.extensions["visits"].run, args=(Event(),), daemon=True).start()
