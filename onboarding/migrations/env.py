"""How Alembic reaches the database: with the engine that the command hands over."""

from alembic import context

from onboarding.accounts import breakers, browsers, call_backs, challenges, codes, limits, locks, sessions  # noqa: F401 - models
from onboarding.db import Base
from onboarding.sms import outbox  # noqa: F401 - models

with context.config.attributes["engine"].begin() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
