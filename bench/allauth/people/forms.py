from django import forms
from django.http import HttpRequest

from people.models import User


class Details(forms.Form):
    """What a newcomer tells beside the phone number."""

    name = forms.CharField(max_length=150)
    birth_date = forms.DateField()
    national_id = forms.CharField(max_length=20)

    def signup(self, _request: HttpRequest, user: User) -> None:
        for field in ("name", "birth_date", "national_id"):
            setattr(user, field, self.cleaned_data[field])
        user.save(update_fields=["name", "birth_date", "national_id"])
