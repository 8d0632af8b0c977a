"""What other systems do through the HTTP interface: who they are, their keys, and what each request became."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db import models


class KeyKind(StrEnum):
    """What a key is for. With a test key nothing leaves; a team key emails staff only and sends no letters."""

    NORMAL = "normal"
    TEAM = "team"
    TEST = "test"

    @property
    def spoken(self) -> str:
        """As error messages call it."""
        return "LIVE" if self is KeyKind.NORMAL else self.name


class Asked(StrEnum):
    """What a system asked for; a letter may still leave as an email, if its reader chose that."""

    EMAIL = "email"
    LETTER = "letter"


class ApiService(models.Model):
    """A system that hands letters in. service: the council service it works for. key: what its API keys are made of.

    document_classes: what it may send. precompiled_class: the class of finished PDFs, '' if it may not send any.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    service = models.CharField(max_length=40)
    document_classes = models.JSONField(default=list)
    precompiled_class = models.CharField(max_length=60, blank=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.key)


class ApiKey(models.Model):
    """One key. secret: sealed with the site's own key, because a signature can only be checked with the secret."""

    service = models.ForeignKey(ApiService, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[(k, k) for k in KeyKind], default=KeyKind.NORMAL)
    secret = models.CharField(max_length=400)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=150)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "name"], name="one_api_key_per_name")]

    def __str__(self) -> str:
        return f"api key {self.pk}"


class ApiReplyTo(models.Model):
    """An address that answers to a service's emails may go to; systems name it by its key."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(ApiService, on_delete=models.CASCADE, related_name="reply_to")
    address = models.CharField(max_length=320)

    def __str__(self) -> str:
        return str(self.key)


class ApiCallback(models.Model):
    """Where a service wants to be told. token: sent along so that it knows us, sealed with the site's own key."""

    service = models.ForeignKey(ApiService, on_delete=models.CASCADE, related_name="callbacks")
    about = models.CharField(max_length=20, choices=[("status", "status"), ("returned", "returned")])
    url = models.CharField(max_length=500)
    token = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "about"], name="one_callback_per_matter")]

    def __str__(self) -> str:
        return f"{self.about} callback of {self.service_id}"


class ApiTemplateVersion(models.Model):
    """A template's words as systems saw them once: a new version whenever the file changes. Rows are only added."""

    code = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=16, help_text="start of the file's SHA-256")
    name = models.CharField(max_length=200)
    subject = models.TextField()
    words = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="one_template_version_per_number")]

    def __str__(self) -> str:
        return f"{self.code} version {self.number}"


class ApiNotification(models.Model):
    """One accepted request. letter: what it became on the outgoing line; None for a test key's, which goes nowhere.

    values: the personalisation as answers show it. digest: of the request, by which a repeat under the same
    idempotency key is told from a mistake. outcome: how a test key's notification is said to have ended.
    told: the status its service was last told by callback; tell_tries, tell_after: of a telling that has not worked.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(ApiService, on_delete=models.PROTECT, related_name="notifications")
    api_key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="notifications")
    key_kind = models.CharField(max_length=10, choices=[(k, k) for k in KeyKind])
    asked = models.CharField(max_length=10, choices=[(a, a) for a in Asked])
    letter = models.OneToOneField(
        "records.Letter", null=True, on_delete=models.CASCADE, related_name="api_notification"
    )
    template = models.ForeignKey(ApiTemplateVersion, null=True, on_delete=models.PROTECT)
    reference = models.CharField(max_length=1000, null=True)  # noqa: DJ001
    email_address = models.CharField(max_length=320, blank=True)
    address = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    postage = models.CharField(max_length=20, blank=True)
    unsubscribe_url = models.CharField(max_length=2000, blank=True)
    scheduled_for = models.DateTimeField(null=True)
    document = models.CharField(max_length=64, blank=True, help_text="store key of a test key's PDF")
    outcome = models.CharField(max_length=30, blank=True)
    told = models.CharField(max_length=30, blank=True)
    tell_tries = models.PositiveSmallIntegerField(default=0)
    tell_after = models.DateTimeField(null=True)
    sanitised = models.JSONField(default=dict)
    idempotency_key = models.CharField(max_length=200, null=True)  # noqa: DJ001
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "idempotency_key"], name="one_notification_per_key")]
        indexes = [
            models.Index(fields=["service", "key_kind", "-id"]),
            models.Index(fields=["service", "asked", "created_at"]),
        ]

    def __str__(self) -> str:
        return str(self.key)


class ApiFile(models.Model):
    """A file sent by email: kept in the store, downloaded from its own page until it expires.

    confirm: the address the reader has to type first, '' for none. wrong_answers, wrong_at: of that page.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(ApiService, on_delete=models.CASCADE, related_name="files")
    stored_as = models.CharField(max_length=64)
    filename = models.CharField(max_length=255)
    confirm = models.CharField(max_length=320, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    first_downloaded_at = models.DateTimeField(null=True)
    wrong_answers = models.PositiveSmallIntegerField(default=0)
    wrong_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"api file {self.pk}"
