"""The schema in an empty database, made as operators make it: by the migrations."""
