"""For operations: whether the program is alive, whether it can serve, and what becomes of text messages."""
