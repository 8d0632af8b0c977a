"""Every address of the web pages, desk by desk. Each desk lists its own in its urls.py, flat, without includes."""

from __future__ import annotations

from django.urls import path

from mailroom.web import operations
from mailroom.web.account.urls import urlpatterns as account
from mailroom.web.configuration.urls import urlpatterns as configuration
from mailroom.web.customers.urls import urlpatterns as customers
from mailroom.web.hand_offs.urls import urlpatterns as hand_offs
from mailroom.web.letters.urls import urlpatterns as letters
from mailroom.web.print_runs.urls import urlpatterns as print_runs
from mailroom.web.print_unit.urls import urlpatterns as print_unit
from mailroom.web.public.urls import urlpatterns as public
from mailroom.web.returns.urls import urlpatterns as returns
from mailroom.web.review.urls import urlpatterns as review
from mailroom.web.search.urls import urlpatterns as search
from mailroom.web.targets.urls import urlpatterns as targets
from mailroom.web.work_queue.urls import urlpatterns as work_queue

handler404 = "mailroom.web.faults.not_found"
handler403 = "mailroom.web.faults.forbidden"
handler500 = "mailroom.web.faults.broken"

urlpatterns = [
    *account,
    *review,
    *work_queue,
    *print_unit,
    *print_runs,
    *hand_offs,
    *returns,
    *letters,
    *customers,
    *search,
    *targets,
    *configuration,
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    *public,
]
