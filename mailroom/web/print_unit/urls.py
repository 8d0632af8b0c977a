"""Addresses of the print unit's desk."""

from __future__ import annotations

from django.urls import path

from mailroom.web.addresses import BATCH, ITEM
from mailroom.web.print_unit import batches, lost, quarantine, sheets, today, valuables, views

urlpatterns = [
    path("print-unit/", today.today, name="today"),
    path("print-unit/batches/", today.batches, name="batches"),
    path("print-unit/stuck/", today.stuck, name="stuck"),
    path("print-unit/stuck/<int:file>/", lost.lost_file, name="lost_file"),
    path("print-unit/quarantine/", quarantine.quarantined, name="quarantined"),
    path("print-unit/quarantine/" + BATCH, quarantine.quarantine, name="quarantine"),
    path("print-unit/quarantine/" + BATCH + "preview", batches.batch_preview, name="batch_preview"),
    path("print-unit/sheets/", sheets.sheets, name="sheets"),
    path("batches/" + BATCH, batches.batch, name="batch"),
    path("batches/" + BATCH + "edit/", batches.edit, name="batch_edit"),
    path("batches/" + BATCH + "pages/<int:number>.png", batches.batch_page, name="batch_page"),
    path("upload/", views.upload, name="upload"),
    path("valuables/", valuables.register, name="valuables"),
    path("valuables/register.csv", valuables.as_csv, name="valuables_csv"),
    path("valuables/log/" + ITEM, valuables.log, name="valuables_log"),
    path("valuables/find/", valuables.find, name="valuables_find"),
    path("valuables/<int:entry>/", valuables.entry, name="valuable"),
    path("valuables/<int:entry>/proof.png", valuables.photo, name="valuable_photo"),
]
