"""A customer of the council: a person or firm it keeps a record of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models

from mailroom.values.match_keys import house_key, reference_key, sound_key, street_key


def name_keys(last_name: str, former_last_name: str) -> tuple[str, str]:
    """name_key and former_name_key of a customer."""
    return sound_key(last_name), sound_key(former_last_name.split(";")[0])


def place_keys(lines: Sequence[str]) -> tuple[str, str]:
    """house and street_key of an address."""
    return house_key(lines), street_key(lines)


class Customer(models.Model):
    """One record of one person or firm. `id` is the council's own customer number.

    Blank strings mean "not known". Former and current addresses, references and contact points have tables of their
    own. merged_into points at the record that replaced this one; a merge is never silent and can be undone.
    """

    id = models.CharField(max_length=32, primary_key=True)
    title = models.CharField(max_length=20, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    middle_names = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120)
    former_last_name = models.CharField(max_length=120, blank=True, help_text="several with '; ' between, newest first")
    date_of_birth = models.DateField(null=True)
    nino = models.CharField(max_length=9, blank=True, db_index=True)
    preferred_channel = models.CharField(max_length=10, blank=True)
    accessible_format = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=5, blank=True)
    vulnerable = models.BooleanField(default=False)
    deceased_date = models.DateField(null=True)
    name_key = models.CharField(max_length=8, blank=True, help_text="sound key of the family name")
    former_name_key = models.CharField(max_length=8, blank=True, db_index=True, help_text="of the last former name")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(fields=["last_name", "first_name"]),
            models.Index(fields=["name_key", "first_name"]),
            models.Index(fields=["name_key", "date_of_birth"]),
        ]

    def __str__(self) -> str:
        return self.id

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with its keys."""
        self.with_keys()
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """Title, first and last name as on an envelope."""
        return " ".join(p for p in (self.title, self.first_name, self.last_name) if p)

    def with_keys(self) -> Customer:
        """Itself, its look-up keys made anew. save() does it; bulk_create needs it done before."""
        self.name_key, self.former_name_key = name_keys(self.last_name, self.former_last_name)
        return self

    @property
    def survivor(self) -> Customer:
        """The record that stands for this person today: itself, or the one it was merged into."""
        customer = self
        while customer.merged_into is not None:
            customer = customer.merged_into
        return customer


class FamilyNameShare(models.Model):
    """How common a family name is among the customers; counted anew after every import."""

    family = models.CharField(max_length=120, primary_key=True, help_text="name key")
    share = models.FloatField(help_text="0 to 1")

    def __str__(self) -> str:
        return f"{self.share:.5f}"


class CustomerAddress(models.Model):
    """An address of a customer, current or previous. gone_away: post came back from here."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    lines = models.JSONField(help_text="the lines in order, without the postcode")
    postcode = models.CharField(max_length=8, blank=True)
    house = models.CharField(max_length=24, blank=True, help_text="house key: flat and house numbers, or the name")
    street_key = models.CharField(max_length=80, blank=True)
    uprn = models.CharField(max_length=12, blank=True, db_index=True)
    current = models.BooleanField(default=True)
    gone_away = models.BooleanField(default=False)
    source = models.CharField(max_length=60, default="import")
    since = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["house", "street_key"]), models.Index(fields=["postcode", "house"])]

    def __str__(self) -> str:
        return f"address {self.pk} of {self.customer_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with its keys."""
        self.with_keys()
        super().save(*args, **kwargs)

    def with_keys(self) -> CustomerAddress:
        """Itself, its look-up keys made anew. save() does it; bulk_create needs it done before."""
        self.house, self.street_key = place_keys(self.lines)
        return self


class CustomerReference(models.Model):
    """A reference number that leads to a customer: an account, a claim, a case."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="references")
    type = models.CharField(max_length=40)
    value = models.CharField(max_length=60)
    key = models.CharField(max_length=60, help_text="as compared: signs dropped, O and 0, I and 1, S and 5 folded")
    source = models.CharField(max_length=60, default="import")

    class Meta:
        indexes = [models.Index(fields=["type", "value"]), models.Index(fields=["key"])]
        constraints = [models.UniqueConstraint(fields=["customer", "type", "value"], name="one_reference_per_customer")]

    def __str__(self) -> str:
        return f"{self.type} of {self.customer_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with its key."""
        self.with_keys()
        super().save(*args, **kwargs)

    def with_keys(self) -> CustomerReference:
        """Itself, its look-up key made anew. save() does it; bulk_create needs it done before."""
        self.key = reference_key(self.value)
        return self


class ContactPoint(models.Model):
    """An email address or telephone number. verified_at: when the customer proved it is theirs."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=[("email", "email"), ("phone", "phone")])
    value = models.CharField(max_length=200, help_text="emails in lower case; phones as digits only, from 0")
    verified_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=60, default="import")
    bounces = models.PositiveSmallIntegerField(default=0, help_text="undelivered emails in a row")
    dead = models.BooleanField(default=False, help_text="a hard bounce says it does not exist")

    class Meta:
        indexes = [models.Index(fields=["kind", "value"])]
        constraints = [models.UniqueConstraint(fields=["customer", "kind", "value"], name="one_contact_per_customer")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.customer_id}"


class Consent(models.Model):
    """A customer's choice for a document class, dated, with its source. Rows are only ever added; the newest wins.

    The database itself refuses anything else: `records/append_only.py`.

    document_class '' means every class. choice: email, post, large_print, braille, audio, welsh, ...
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    document_class = models.CharField(max_length=60, blank=True)
    choice = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    source = models.CharField(max_length=60, help_text="import, item, clerk, reply_code")
    source_key = models.CharField(max_length=64, blank=True)
    confirmed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "document_class", "given_at"])]

    def __str__(self) -> str:
        return f"{self.choice} of {self.customer_id}"
