"""How often each answer to the first question was given: kept while people answer, so that a view counts nothing.

Each journey counts once, under the answer that it holds now. Its count stands in one of PARTS rows, chosen by the
journey's id: two first answers at the same time seldom wait for each other.
"""

from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.db import Base

PARTS = 16


class AnswerCount(Base):
    """Some of the journeys that came from one site and hold one answer."""

    __tablename__ = "answer_counts"

    site: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


ADD = text("""
INSERT INTO answer_counts (site, answer, part, count) VALUES (:site, :answer, :part, :count)
ON CONFLICT (site, answer, part) DO UPDATE SET count = answer_counts.count + excluded.count
""")
GIVEN = (
    select(AnswerCount.answer, func.sum(AnswerCount.count))
    .where(AnswerCount.site == bindparam("its_site"))
    .group_by(AnswerCount.answer)
)


def change(db: Session, site: str, journey: UUID, before: str | None, after: str) -> None:
    """Count the answer `after` of a journey instead of `before`, in the transaction that gives it."""
    if before == after:
        return
    key = {"site": site, "part": journey.int % PARTS}
    changes = [(answer, count) for answer, count in ((before, -1), (after, 1)) if answer is not None]
    # In the order of their keys, so that two transactions never wait for each other.
    db.execute(ADD, [{**key, "answer": answer, "count": count} for answer, count in sorted(changes)])


def given(db: Session, site: str) -> dict[str, int]:
    """How often each answer was given on a site."""
    return {answer: int(count) for answer, count in db.execute(GIVEN, {"its_site": site})}
