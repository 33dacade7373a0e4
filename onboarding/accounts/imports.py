"""How far a file of accounts was taken in: kept in the same transaction as the accounts themselves."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.db import Base


class Import(Base):
    """One file, known by the SHA-256 of its bytes: the byte where the next batch begins, and what was counted.

    `report_bytes` is how long the report was then: what a later, broken batch has added to it is cut off.
    """

    __tablename__ = "imports"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int]
    taken: Mapped[int]
    report_bytes: Mapped[int] = mapped_column(BigInteger)
