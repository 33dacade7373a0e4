"""Fill the peer's database: number i has the phone +8490 and i in seven digits, as in the portal."""

import sys
from datetime import date

import django

django.setup()

from people.models import User  # noqa: E402 - Django allows it only after its set-up

people = (
    User(
        phone=f"+8490{i:07d}",
        phone_verified=True,
        name="Nguyễn Thị Hoa",
        password="!",  # noqa: S106 - nobody can sign in by a password
        birth_date=date(1950 + i % 50, 1 + i % 12, 1 + i % 28),
        national_id=f"0930{i:08d}",
    )
    for i in range(int(sys.argv[1]))
)
User.objects.bulk_create(people, batch_size=2000)
