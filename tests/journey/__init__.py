"""The wizard, over HTTP."""
