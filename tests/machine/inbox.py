"""The text messages that a telephone would have got."""

from typing import Any

from flask import Flask

from onboarding.sms.dispatcher import Dispatcher, chosen_gateways


class Inbox:
    """All telephones of the test. Before it is read, whatever waits in the outbox is sent."""

    def __init__(self, app: Flask) -> None:
        self._reader = Flask.test_client(app)
        extensions = app.extensions
        gateways = chosen_gateways(extensions["settings"])
        self._dispatcher = Dispatcher(extensions["database"], extensions["clock"], *gateways)

    def messages(self, number: str) -> list[dict[str, Any]]:
        """The messages to a number, newest first, as the sandbox shows them."""
        while self._dispatcher.run_once():
            pass
        found: list[dict[str, Any]] = self._reader.get(f"/sandbox/messages.json?to={number}").get_json()
        return found

    def code(self, number: str) -> str:
        """The code in the newest message to a number."""
        messages = self.messages(number)
        assert messages, f"no message to {number}"
        code: str = messages[0]["code"]
        return code
