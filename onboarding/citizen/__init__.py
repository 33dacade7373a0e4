"""The signed-in citizen's own page: the account's state, the ways to sign in, the open sessions, the data."""
