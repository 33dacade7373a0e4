"""The floor under any portal: a page and one SELECT for a GET, one INSERT and COMMIT for a POST, nothing else."""

import os
import sys
from typing import Any

from flask import Flask, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, event, select

engine = create_engine(os.environ["FLOOR_DATABASE"])
metadata = MetaData()
accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("phone", String(20), unique=True),
    Column("name", String(100)),
)
visits = Table("visits", metadata, Column("id", Integer, primary_key=True), Column("phone", String(20)))

app = Flask(__name__)


@event.listens_for(engine, "connect")
def set_up(connection: Any, _record: Any) -> None:
    if engine.dialect.name == "sqlite":  # as durable as the portal
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")


@app.get("/<phone>")
def page(phone: str) -> ResponseReturnValue:
    with engine.connect() as db:
        account = db.execute(select(accounts).where(accounts.c.phone == phone)).one()
    return render_template("floor.html", account=account)


@app.post("/<phone>")
def visit(phone: str) -> ResponseReturnValue:
    with engine.begin() as db:
        db.execute(visits.insert().values(phone=phone))
    return redirect(phone, 303)


def seed(count: int) -> None:
    metadata.create_all(engine)
    people = [{"phone": f"+8490{i:07d}", "name": "Nguyễn Thị Hoa"} for i in range(count)]
    with engine.begin() as db:
        db.execute(accounts.insert(), people)


if __name__ == "__main__":
    seed(int(sys.argv[1]))
