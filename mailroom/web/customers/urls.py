"""Addresses of the customer record."""

from __future__ import annotations

from django.urls import path

from mailroom.web.customers import changes
from mailroom.web.customers import views as customers

urlpatterns = [
    path("customers/", customers.search, name="customers"),
    path("customers/merges/<int:merge>/undo/", changes.unmerge, name="unmerge"),
    path("customers/<str:key>/", customers.customer, name="customer"),
    path("customers/<str:key>/change/", customers.change, name="customer_change"),
    path("customers/<str:key>/tell/", changes.tell_services, name="tell_services"),
    path("customers/<str:key>/merge/<str:other>/", changes.merge_records, name="merge_records"),
]
