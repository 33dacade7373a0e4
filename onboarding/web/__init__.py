"""What every request and every response gets, whichever room answers."""
