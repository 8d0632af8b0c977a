"""Addresses of the print unit's desk."""

from __future__ import annotations

from django.urls import path

from mailroom.web.addresses import BATCH
from mailroom.web.print_unit import views as print_unit

urlpatterns = [
    path("print-unit/", print_unit.today, name="today"),
    path("print-unit/quarantine/" + BATCH, print_unit.quarantine, name="quarantine"),
    path("batches/" + BATCH, print_unit.batch, name="batch"),
    path("batches/" + BATCH + "pages/<int:number>.png", print_unit.batch_page, name="batch_page"),
    path("upload/", print_unit.upload, name="upload"),
]
