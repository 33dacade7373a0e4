"""How Alembic reaches the database: with the engine that the command hands over."""

from alembic import context

with context.config.attributes["engine"].begin() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the driver begins nothing by itself
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
