"""Text messages: promised, sent once, erased."""
