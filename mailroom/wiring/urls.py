"""Every address of the server: the pages for people, and the interface for other systems beside them."""

from __future__ import annotations

from mailroom.api.urls import urlpatterns as api
from mailroom.web.urls import handler403, handler404, handler500
from mailroom.web.urls import urlpatterns as web

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*api, *web]
