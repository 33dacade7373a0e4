"""The portal page and its portlets."""
