"""Addresses of the customer record."""

from __future__ import annotations

from django.urls import path

from mailroom.web.customers import views as customers

urlpatterns = [
    path("customers/", customers.search, name="customers"),
    path("customers/<str:key>/", customers.customer, name="customer"),
]
