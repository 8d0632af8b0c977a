"""People who sign in: their role and services, whom private items are open to, and failed attempts."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Person(models.Model):
    """What a signed-in account may do. role is a name in config/roles.toml; services are codes."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="person")
    role = models.CharField(max_length=40)
    services = models.JSONField(default=list)
    subject = models.CharField(  # noqa: DJ001  (null: signs in with a password; several may)
        max_length=255, null=True, unique=True, help_text="issuer and subject at the council's sign-in provider"
    )

    def __str__(self) -> str:
        return f"person {self.account_id}"


class NamedReader(models.Model):
    """Someone a private-and-confidential item is open to."""

    item = models.ForeignKey("records.Item", on_delete=models.CASCADE, related_name="named_readers")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="private_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "account"], name="one_naming_per_reader")]

    def __str__(self) -> str:
        return f"reader {self.account_id} of item {self.item_id}"


class SignInFailure(models.Model):
    """One failed attempt to sign in; enough of them lock the name and the address out for a while."""

    name = models.CharField(max_length=150, db_index=True, help_text="as typed, in lower case")
    address = models.CharField(max_length=45, db_index=True, help_text="IP address it came from")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"failure {self.pk}"


class PublicAttempt(models.Model):
    """One try at a public page; enough of them, and the address has to wait."""

    address = models.CharField(max_length=45)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["address", "at"])]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
