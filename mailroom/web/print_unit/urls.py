"""Addresses of the print unit's desk."""

from __future__ import annotations

from django.urls import path

from mailroom.web.addresses import BATCH
from mailroom.web.print_unit import batches, sheets, views

urlpatterns = [
    path("print-unit/", views.today, name="today"),
    path("print-unit/quarantine/" + BATCH, views.quarantine, name="quarantine"),
    path("print-unit/quarantine/" + BATCH + "preview", batches.batch_preview, name="batch_preview"),
    path("print-unit/sheets/", sheets.sheets, name="sheets"),
    path("batches/" + BATCH, batches.batch, name="batch"),
    path("batches/" + BATCH + "edit/", batches.edit, name="batch_edit"),
    path("batches/" + BATCH + "pages/<int:number>.png", batches.batch_page, name="batch_page"),
    path("upload/", views.upload, name="upload"),
]
