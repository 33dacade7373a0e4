import json
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

from people.models import User


class Adapter(DefaultAccountAdapter):
    """Keeps the phone number with the user, and appends text messages to a file."""

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone_verified(self, user: User, phone: str) -> None:
        if not user.phone_verified:
            self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_options: Any) -> None:
        with settings.MESSAGES_FILE.open("a") as file:
            file.write(json.dumps({"to": phone, "text": f"Your code is {code}."}) + "\n")
