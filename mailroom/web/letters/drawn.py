"""A draft's letters, its file and its attachments as pictures and PDFs."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.web.letters.handing_in import draft_of
from mailroom.web.letters.machines import letters
from mailroom.web.permission import allowed

WIDTH = 900


@allowed(Right.MAILINGS)
@require_GET
def preview_pdf(request: HttpRequest, place: int) -> HttpResponse:
    return pdf_answer(letters().draft_pdf(draft_of(request), place), f"letter-{place}.pdf")


@allowed(Right.MAILINGS)
@require_GET
def preview_picture(request: HttpRequest, place: int, number: int) -> HttpResponse:
    return png_answer(letters().draft_picture(draft_of(request), place, number, WIDTH))


@allowed(Right.MAILINGS)
@require_GET
def file_picture(request: HttpRequest, number: int) -> HttpResponse:
    return png_answer(letters().file_picture(draft_of(request), number, WIDTH))


@allowed(Right.MAILINGS)
@require_GET
def attachment_picture(request: HttpRequest, number: int) -> HttpResponse:
    """A page of an attachment of the draft, named in the query."""
    try:
        return png_answer(letters().attachment_picture(draft_of(request), request.GET.get("file", ""), number, WIDTH))
    except MailroomError:
        raise Http404 from None


def png_answer(png: bytes) -> HttpResponse:
    return HttpResponse(png, content_type="image/png", headers={"Cache-Control": "private, no-store"})


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """To be kept on disk, never shown inside the page."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)
