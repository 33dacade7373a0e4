"""Errors that more than one room raises or handles."""

from collections.abc import Sequence


class SettingsError(Exception):
    """The program cannot start with these settings; `problems` has a sentence for each thing to mend."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(["These settings need mending:", *(f"- {problem}" for problem in problems)]))
        self.problems = problems


class Unsealable(Exception):
    """A sealed value does not open: another key, another row, or altered bytes. It carries no content."""


class NoDatabase(Exception):
    """The database does not serve a command. The text holds no address: that may have a password in it."""

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"The database does not answer or lacks our schema ({type(error).__name__}). Is it running, is"
            " ONBOARDING_DATABASE_URL right, has `onboarding db upgrade` been run? `onboarding doctor` looks."
        )
