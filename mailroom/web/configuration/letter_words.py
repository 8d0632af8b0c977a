"""The words of one letter template: changed with a preview of the letter and a look at how easy it is to read."""

from __future__ import annotations

import base64
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from mailroom.config.letter_templates import load_letter_templates
from mailroom.config.roles import Right
from mailroom.errors import MailroomError, Misconfigured
from mailroom.records import site_changes
from mailroom.web.configuration.machines import Judged, site_files
from mailroom.web.permission import allowed, signed_in

PREVIEW_WIDTH = 640
LONGEST = 100_000


@allowed(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, template: str) -> HttpResponse:
    """Look first, save then: a template with problems is never saved, one that is hard to read is."""
    file = f"templates/letters/{template}.md"
    if not (settings.ENVIRONMENT.site / file).is_file():
        raise Http404
    now = site_files().read(file)
    text, problem = now.text, ""
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")[:LONGEST]
        text = text if text.endswith("\n") else text + "\n"
        problem = _save(request, template, text) if request.POST.get("do") == "save" else ""
        if request.POST.get("do") == "save" and not problem:
            return redirect("configuration_part", "templates")
    judged = site_files().judge_template(template, text)
    context = {
        "code": template,
        "name": _name(template),
        "text": text,
        "version": now.version if request.method == "GET" else request.POST.get("version", ""),
        "judged": judged,
        "problem": problem or next(iter(judged.problems), ""),
        "closed": site_files().why_closed(),
        "waiting": site_changes.mailings_under_way(template),
        **(_preview(template, text, judged) if request.method == "POST" else {"saved": True}),
    }
    return render(request, "configuration_letter.html", context, status=422 if problem else 200)


@allowed(Right.CONFIGURE)
@require_GET
def picture(request: HttpRequest, template: str) -> HttpResponse:
    """The first page of a letter with the words as they are saved."""
    if not (settings.ENVIRONMENT.site / f"templates/letters/{template}.md").is_file():
        raise Http404
    text = site_files().read(f"templates/letters/{template}.md").text
    try:
        png = site_files().template_picture(template, text, PREVIEW_WIDTH)
    except MailroomError:
        raise Http404 from None
    return HttpResponse(png, content_type="image/png")


def _save(request: HttpRequest, template: str, text: str) -> str:
    """What is wrong; '' when it is saved."""
    try:
        changed = site_files().write_template(template, text, request.POST.get("version", ""), signed_in(request))
    except MailroomError as why:
        return str(why)
    if changed:
        messages.success(request, "The words are changed. They count for every letter handed in from now on.")
    else:
        messages.info(request, "Nothing was different, so nothing is changed.")
    return ""


def _preview(template: str, text: str, judged: Judged) -> dict[str, Any]:
    """The first page, drawn into the page itself: the words may not be saved yet, so they have no address."""
    if judged.problems:
        return {"picture": "", "no_picture": "There is no preview until the problem is put right."}
    try:
        png = site_files().template_picture(template, text, PREVIEW_WIDTH)
    except MailroomError as why:
        return {"picture": "", "no_picture": str(why)}
    return {"picture": f"data:image/png;base64,{base64.b64encode(png).decode()}", "no_picture": ""}


def _name(template: str) -> str:
    try:
        return load_letter_templates(settings.ENVIRONMENT.site)[template].head.name
    except Misconfigured:
        return template.replace("_", " ").capitalize()
