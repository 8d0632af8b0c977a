"""A reply code: what a letter carries so that its answer, or an opt-in, finds its person and its service."""

from __future__ import annotations

from django.db import models


class ReplyCode(models.Model):
    """A code printed on one letter. It routes the answer; used for an opt-in it works once and expires."""

    code = models.CharField(max_length=10, primary_key=True)
    letter = models.ForeignKey("records.Letter", on_delete=models.CASCADE, related_name="reply_codes")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True, help_text="first time its page was opened")
    asked = models.PositiveSmallIntegerField(default=0, help_text="confirmation emails asked for with it")
    used_at = models.DateTimeField(null=True, help_text="when the opt-in was confirmed")
    answered_by = models.ForeignKey("records.Item", null=True, on_delete=models.SET_NULL, related_name="answers_codes")

    def __str__(self) -> str:
        return f"reply code of letter {self.letter_id}"
