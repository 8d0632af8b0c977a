"""The pages for what went wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "not_found.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "forbidden.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "broken.html", status=500)
