"""Templates as systems know them: an id that never changes, and a version that counts each change of the file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from mailroom.api.machines import ApiMachines, Template
from mailroom.api.refusals import BadRequestError, NoResultFound
from mailroom.records.models import ApiService, ApiTemplateVersion, Asked

_OURS = uuid.UUID("5f0c9a52-6b0f-5f4e-9a58-0c1d2a6f3b7e")
"""The namespace of template ids that no site has set: the same template has the same id on every machine."""

PRECOMPILED = uuid.uuid5(_OURS, "precompiled")
"""The template that answers name for letters handed in as PDFs."""


@dataclass(frozen=True, slots=True)
class ServiceTemplate:
    """A template a service may use, as a letter or as an email."""

    id: uuid.UUID
    asked: Asked
    template: Template


def template_id(machines: ApiMachines, code: str, asked: str) -> uuid.UUID:
    """The id a system knows it by: the one in config/api.toml, or our own."""
    brought = (t.id for t in machines.config.template if (t.code, t.type) == (code, asked))
    return next(brought, None) or uuid.uuid5(_OURS, f"{asked}:{code}")


def templates_of(machines: ApiMachines, service: ApiService) -> list[ServiceTemplate]:
    """Every template the service may use: as a letter, and as an email where the class may be emailed."""
    found = []
    for code, template in sorted(machines.templates().items()):
        if template.document_class not in service.document_classes:
            continue
        ways = (Asked.LETTER, Asked.EMAIL) if machines.kind(template.document_class).may_email else (Asked.LETTER,)
        found += [ServiceTemplate(template_id(machines, code, asked), asked, template) for asked in ways]
    return found


def find(machines: ApiMachines, service: ApiService, key: str) -> ServiceTemplate:
    """The service's template of that id. Raises NoResultFound."""
    wanted = uuid.UUID(key)
    for known in templates_of(machines, service):
        if known.id == wanted:
            return known
    raise NoResultFound


def to_send(machines: ApiMachines, service: ApiService, key: str, asked: Asked) -> ServiceTemplate:
    """The template of a request to send. Raises BadRequestError for an unknown one, or one of the other type."""
    try:
        found = find(machines, service, key)
    except NoResultFound:
        raise BadRequestError("Template not found") from None
    if found.asked is not asked:
        raise BadRequestError(f"{found.asked} template is not suitable for {asked} notification")
    return found


def current(template: Template) -> ApiTemplateVersion:
    """The version the file is at; a new one is added when the file has changed since it was last asked for."""
    last = _last(template.code)
    if last is not None and last.digest == template.digest:
        return last
    number = last.number + 1 if last else 1
    try:
        with transaction.atomic():
            return ApiTemplateVersion.objects.create(
                code=template.code,
                number=number,
                digest=template.digest,
                name=template.name,
                subject=template.subject,
                words=template.words,
            )
    except IntegrityError:
        return ApiTemplateVersion.objects.get(code=template.code, number=number)


def version(template: Template, number: int) -> ApiTemplateVersion:
    """One version. Raises NoResultFound."""
    current(template)
    found = ApiTemplateVersion.objects.filter(code=template.code, number=number).first()
    if found is None:
        raise NoResultFound
    return found


def _last(code: str) -> ApiTemplateVersion | None:
    return ApiTemplateVersion.objects.filter(code=code).order_by("-number").first()
