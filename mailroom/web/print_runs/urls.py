"""Addresses of print runs."""

from __future__ import annotations

from django.urls import path

from mailroom.web.outgoing_addresses import RUN
from mailroom.web.print_runs import deeds, scanning, views

urlpatterns = [
    path("print-runs/", views.runs, name="print_runs"),
    path("print-runs/build/", views.build, name="run_build"),
    path("print-runs/" + RUN, views.run, name="print_run"),
    path("print-runs/" + RUN + "act/", deeds.act, name="run_act"),
    path("print-runs/" + RUN + "files/<str:name>", views.output, name="run_output"),
    path("print-runs/" + RUN + "scan/", scanning.scan, name="run_scan"),
]
