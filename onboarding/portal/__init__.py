"""The page of a department's site as a citizen meets it, with its portlets."""
