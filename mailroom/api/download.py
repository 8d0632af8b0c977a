"""The page behind the link to a file sent by email. It gives the file to a person who presses the button, and not to
programs that follow every link of an email; where the sender wants it, only after the reader typed their own address.
"""

from __future__ import annotations

import datetime as dt
import hmac
import uuid

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mailroom.api.machines import ApiMachines, machines
from mailroom.records.models import ApiFile, Event

TRIES = 5
PAUSE = dt.timedelta(minutes=15)
"""After so many wrong addresses the page takes none for so long: guessing is not worth it."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def file_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """GET shows what it is, POST gives the file."""
    tools = machines()
    file = ApiFile.objects.filter(key=key, expires_at__gt=tools.now()).first()
    if file is None:
        return render(request, "file_gone.html", status=404)
    if request.method != "POST":
        return _page(request, file, tools)
    problem = _problem(file, request.POST.get("email", ""), tools.now())
    return _page(request, file, tools, problem, 403) if problem else _give(file, tools)


def _page(
    request: HttpRequest, file: ApiFile, tools: ApiMachines, problem: str = "", status: int = 200
) -> HttpResponse:
    facts = {
        "asks": bool(file.confirm),
        "kind": file.filename.rpartition(".")[2].upper(),
        "until": tools.local(file.expires_at).date(),
        "problem": problem,
    }
    return render(request, "file_download.html", facts, status=status)


def _problem(file: ApiFile, typed: str, now: dt.datetime) -> str:
    """Why the file is not given; '' if it is."""
    if not file.confirm:
        return ""
    paused = file.wrong_answers >= TRIES and file.wrong_at is not None and now - file.wrong_at < PAUSE
    if paused:
        return _("Too many wrong addresses. Try again in 15 minutes.")
    if hmac.compare_digest(typed.strip().lower().encode(), file.confirm.encode()):
        ApiFile.objects.filter(pk=file.pk).update(wrong_answers=0)
        return ""
    begun_again = file.wrong_answers >= TRIES
    ApiFile.objects.filter(pk=file.pk).update(wrong_answers=1 if begun_again else F("wrong_answers") + 1, wrong_at=now)
    return _("This is not the address the email was sent to. Enter the address at which you got it.")


def _give(file: ApiFile, tools: ApiMachines) -> HttpResponse:
    content = tools.fetch(file.stored_as)
    ApiFile.objects.filter(pk=file.pk, first_downloaded_at=None).update(first_downloaded_at=tools.now())
    Event.record("api.file_downloaded", file, actor="reader")
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, file.filename) or "attachment"
    return response
