"""What a resident does with the code on a letter, the link of a confirmation, and the link of an emailed letter.

Opening a link alone changes nothing, because mail scanners open links too. No page says anything of the person: a code
shows the kind of letter it came with, a wrong one and a used one look the same.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailroom.values.email_address import is_email_address
from mailroom.web.language import in_the_readers_language
from mailroom.web.preferences import preferences
from mailroom.web.public.throttle import throttled

get_and_post = require_http_methods(["GET", "POST"])


@in_the_readers_language
@throttled
@get_and_post
def reply(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in."""
    if request.method == "GET":
        return render(request, "public_code.html")
    code = "".join(c for c in request.POST.get("code", "") if c.isalnum())[:20]
    if not code or preferences().open_code(code) is None:
        typed = request.POST.get("code", "")[:20]
        return render(request, "public_code.html", {"problem": _unknown_code(), "code": typed}, status=422)
    return redirect("choose", code=code)


@in_the_readers_language
@throttled
@get_and_post
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one code: get letters of its kind by email."""
    opened = preferences().open_code(code)
    if opened is None:
        return render(request, "public_code.html", {"problem": _unknown_code()}, status=404)
    if request.method == "GET":
        return render(request, "public_choose.html", {"opened": opened})
    email = request.POST.get("email", "").strip()
    if not is_email_address(email):
        problem = _("Enter an email address in the correct format, like name@example.com")
        return render(request, "public_choose.html", {"opened": opened, "problem": problem, "email": email}, status=422)
    preferences().ask_for_email(code, email)
    return render(request, "public_asked.html", {"email": email})


def _unknown_code() -> str:
    return _("This code is not known, was used, or has expired. Check it on your letter, or phone us.")


@in_the_readers_language
@throttled
@get_and_post
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the confirmation email, and the press that makes the choice count."""
    if request.method == "GET":
        return render(request, "public_confirm.html")
    if not preferences().confirm_email(token):
        return render(request, "public_stale.html", status=410)
    return render(request, "public_confirmed.html", {"token": token})


@csrf_exempt  # mail programs send the one-click unsubscribe of RFC 8058 here; the token is the proof
@in_the_readers_language
@throttled
@get_and_post
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """Back to post, at any time."""
    if request.method == "GET":
        return render(request, "public_take_back.html")
    if not preferences().take_back(token):
        return render(request, "public_stale.html", status=410)
    return render(request, "public_taken_back.html")


@in_the_readers_language
@throttled
@get_and_post
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """The letter behind an emailed link, for the one who knows the postcode or date of birth."""
    if not preferences().knows_link(token):
        return render(request, "public_stale.html", status=410)
    if request.method == "GET":
        return render(request, "public_letter.html")
    copy = preferences().letter_behind(token, request.POST.get("answer", "").strip()[:60])
    if copy is None:
        problem = _(
            "That is not what we have on record for this letter. After five tries the link is closed for an hour."
        )
        return render(request, "public_letter.html", {"problem": problem}, status=422)
    headers = {
        "Content-Disposition": f'attachment; filename="{copy.filename}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return HttpResponse(copy.pdf, content_type="application/pdf", headers=headers)
