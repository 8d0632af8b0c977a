"""Addresses of the managers' desk."""

from __future__ import annotations

from django.urls import path

from mailroom.web.targets import audit, rows, views

urlpatterns = [
    path("targets/", views.overview, name="figures"),
    path("targets/rows/", rows.rows, name="figures_rows"),
    path("targets/audit/", audit.sample, name="audit_sample"),
    path("targets/report.<str:report_format>", views.download, name="figures_download"),
    path("targets/<slug:figures_part>/", views.part, name="figures_part"),
]
