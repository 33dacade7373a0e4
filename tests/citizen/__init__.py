"""The signed-in citizen's own page."""
