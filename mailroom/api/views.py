"""The interface's addresses answered: who asks, what they ask, and every refusal in the shape clients know."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from mailroom.api import listing, sending, shapes, templates
from mailroom.api.answers import Answers
from mailroom.api.auth import key_of
from mailroom.api.machines import ApiMachines, machines
from mailroom.api.personalisation import as_text
from mailroom.api.refusals import BadRequestError, NoResultFound, Refusal, ValidationError
from mailroom.errors import Retry
from mailroom.records.models import ApiKey

log = logging.getLogger(__name__)

Door = Callable[..., HttpResponse]
_RETRY_AFTER = "30"
_LONGEST_KEY = 200
_DEEPEST = 20


def door(method: str) -> Callable[[Door], Door]:
    """A view of one method: the caller is known before it is called, and a refusal becomes the answer."""

    def decorate(view: Door) -> Door:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method != method:
                return _refused(Refusal("The method is not allowed for the requested URL.", 405))
            try:
                tools = machines()
                return view(request, key_of(request, tools), tools, *args, **kwargs)
            except Refusal as refusal:
                return _refused(refusal)
            except Retry as trouble:
                log.warning("api: %s cannot be answered now: %s", _name(request), type(trouble).__name__)
                response = _refused(Refusal("The service is not available. Try again.", 503))
                response["Retry-After"] = _RETRY_AFTER
                return response
            except Exception:
                log.exception("api: %s failed", _name(request))
                return _refused(Refusal("Internal server error", 500))

        return answer

    return decorate


@door("POST")
def post_email(request: HttpRequest, key: ApiKey, tools: ApiMachines) -> HttpResponse:
    """POST /v2/notifications/email."""
    return JsonResponse(sending.send_email(_asked(request, key, tools)), status=201)


@door("POST")
def post_letter(request: HttpRequest, key: ApiKey, tools: ApiMachines) -> HttpResponse:
    """POST /v2/notifications/letter."""
    return JsonResponse(sending.send_letter(_asked(request, key, tools)), status=201)


@door("POST")
def post_sms(request: HttpRequest, key: ApiKey, tools: ApiMachines) -> HttpResponse:
    """POST /v2/notifications/sms."""
    return JsonResponse(sending.refuse_text(_asked(request, key, tools)), status=201)


@door("GET")
def get_notification(request: HttpRequest, key: ApiKey, tools: ApiMachines, notification: str) -> HttpResponse:
    """GET /v2/notifications/{id}."""
    return JsonResponse(listing.one(_answers(request, tools), key.service, notification))


@door("GET")
def get_notifications(request: HttpRequest, key: ApiKey, tools: ApiMachines) -> HttpResponse:
    """GET /v2/notifications."""
    return JsonResponse(listing.page(_answers(request, tools), key, dict(request.GET.lists())))


@door("GET")
def get_pdf(request: HttpRequest, key: ApiKey, tools: ApiMachines, notification: str) -> HttpResponse:
    """GET /v2/notifications/{id}/pdf."""
    return HttpResponse(listing.pdf_of(tools, key.service, notification), content_type="application/pdf")


@door("GET")
def get_template(
    request: HttpRequest, key: ApiKey, tools: ApiMachines, template: str, version: int | None = None
) -> HttpResponse:
    """GET /v2/template/{id} and /version/{n}."""
    shapes.validated({"id": template, **({"version": version} if version is not None else {})}, shapes.TEMPLATE)
    known = templates.find(tools, key.service, template)
    found = templates.current(known.template) if version is None else templates.version(known.template, version)
    return JsonResponse(_answers(request, tools).template(known, found))


@door("GET")
def get_templates(request: HttpRequest, key: ApiKey, tools: ApiMachines) -> HttpResponse:
    """GET /v2/templates."""
    wanted = shapes.validated(request.GET.dict(), shapes.TEMPLATES).get("type")
    answers = _answers(request, tools)
    found = [t for t in templates.templates_of(tools, key.service) if wanted in (None, t.asked)]
    return JsonResponse({"templates": [answers.template(t, templates.current(t.template)) for t in found]})


@door("POST")
def post_preview(request: HttpRequest, key: ApiKey, tools: ApiMachines, template: str) -> HttpResponse:
    """POST /v2/template/{id}/preview."""
    form = shapes.validated({**_body(request, tools, empty=True), "id": template}, shapes.PREVIEW)
    known = templates.find(tools, key.service, template)
    version, answers = templates.current(known.template), _answers(request, tools)
    values = as_text(form.get("personalisation") or {})
    missing = answers.words(version).missing(values)
    if missing:
        raise BadRequestError(f"Missing personalisation: {', '.join(missing)}")
    return JsonResponse(answers.preview(known, version, values))


@door("GET")
def get_received_texts(request: HttpRequest, key: ApiKey, tools: ApiMachines) -> HttpResponse:
    """GET /v2/received-text-messages: none are ever received here."""
    shapes.validated(request.GET.dict(), shapes.RECEIVED_TEXTS)
    current = _answers(request, tools).root + request.get_full_path().lstrip("/")
    return JsonResponse({"received_text_messages": [], "links": {"current": current}})


@door("GET")
def not_there(request: HttpRequest, key: ApiKey, tools: ApiMachines, rest: str = "") -> HttpResponse:
    """Any other address below /v2/, and an old client's list of a template's versions."""
    raise NoResultFound


def _asked(request: HttpRequest, key: ApiKey, tools: ApiMachines) -> sending.Request:
    given = request.headers.get("Idempotency-Key", "").strip()
    if len(given) > _LONGEST_KEY:
        raise ValidationError(f"Idempotency-Key is longer than {_LONGEST_KEY} characters")
    return sending.Request(tools, key, _body(request, tools), given or None, _answers(request, tools))


def _body(request: HttpRequest, tools: ApiMachines, *, empty: bool = False) -> dict[str, Any]:
    """The request's JSON. It is read from the stream: Django's own limit is for forms, and files are larger."""
    most = tools.config.most_megabytes * 1_000_000
    raw = request.read(most + 1)
    if len(raw) > most:
        raise BadRequestError(f"The request is larger than {tools.config.most_megabytes} MB", 413)
    if empty and not raw:
        return {}
    try:
        body = json.loads(raw)
        _check_words(body)
    except (ValueError, RecursionError):
        raise BadRequestError("Invalid JSON supplied in POST data") from None
    return body if isinstance(body, dict) else {}


def _check_words(value: object, depth: int = 0) -> None:
    """Raises ValueError for what no database keeps: NUL, half a surrogate pair, values nested beyond any use."""
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("holds NUL")
        value.encode()
    elif isinstance(value, dict | list):
        for part in (*value, *value.values()) if isinstance(value, dict) else value:
            _check_words(part, depth + 1)


def _answers(request: HttpRequest, tools: ApiMachines) -> Answers:
    return Answers(tools, request.build_absolute_uri("/"))


def _refused(refusal: Refusal) -> JsonResponse:
    return JsonResponse(refusal.body, status=refusal.status)


def _name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else "unknown"
