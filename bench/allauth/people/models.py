from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class User(AbstractBaseUser):
    phone = models.CharField(max_length=20, unique=True, null=True)
    phone_verified = models.BooleanField(default=False)
    name = models.CharField(max_length=150, blank=True)
    birth_date = models.DateField(null=True)
    national_id = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    USERNAME_FIELD = "phone"
