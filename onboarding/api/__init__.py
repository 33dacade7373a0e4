"""The API: what services' own programs ask and do for the citizens who have signed in to them."""
