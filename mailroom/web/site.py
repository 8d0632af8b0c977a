"""The council's own words for codes, read from the site once."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from mailroom.config.document_classes import DocumentClasses, load_document_classes
from mailroom.config.fresh import Fresh
from mailroom.config.mailroom import Council, MailroomConfig
from mailroom.config.retention import Retention, load_retention
from mailroom.config.routing import RoutingConfig, fresh_routing
from mailroom.config.section import load_section
from mailroom.config.services import ServiceCatalogue, load_services


@cache
def services() -> ServiceCatalogue:
    return load_services(settings.ENVIRONMENT.site / "classifiers")


def routing() -> RoutingConfig:
    """As the file is now: an administrator may have changed it in the browser."""
    return _routing()()


@cache
def _routing() -> Fresh[RoutingConfig]:
    return fresh_routing(settings.ENVIRONMENT.site)


@cache
def council() -> Council:
    return load_section(settings.ENVIRONMENT.site / "config" / "mailroom.toml", MailroomConfig).council


@cache
def retention() -> Retention:
    return load_retention(settings.ENVIRONMENT.site)


@cache
def document_classes() -> DocumentClasses:
    return load_document_classes(settings.ENVIRONMENT.site)


def class_name(code: str) -> str:
    """A document class in words; '' is every class."""
    found = document_classes().find(code)
    return found.name if found else code.replace("_", " ") or "All letters"


def service_name(code: str) -> str:
    return services().name(code) if code else "Not decided"


def kind_name(code: str) -> str:
    """A kind of paper in words; '' is a letter."""
    return next((k.name for k in services().document_kinds if k.code == code), code.replace("_", " ") or "letter")


def flag_name(code: str) -> str:
    return next((f.name for f in services().flags if f.code == code), code.replace("_", " "))
