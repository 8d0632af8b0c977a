"""classifiers/services/*.toml: the services of the council, and what each of them knows to be its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from mailroom.config.document_types import DocumentKind, load_document_kinds
from mailroom.config.flags import FlagKind, load_flags
from mailroom.config.section import Section, load_section
from mailroom.errors import Misconfigured


class ServiceKnowledge(Section):
    """What one service deals with.

    phrases nearly prove it; matters are its everyday words; senders, laws and forms are who writes and on what;
    not_ours speaks against it. references: types of references.toml that belong to it.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    summary: str
    references: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    not_ours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceCatalogue:
    """Every service by code, in the order of the codes, every flag, and the kinds of paper known by their words."""

    services: tuple[ServiceKnowledge, ...]
    flags: tuple[FlagKind, ...] = ()
    document_kinds: tuple[DocumentKind, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The services' codes in order."""
        return tuple(s.code for s in self.services)

    def name(self, code: str) -> str:
        """The service's name for people; the code itself if unknown."""
        return next((s.name for s in self.services if s.code == code), code)

    def of_reference(self, kind: str) -> str:
        """The service whose reference that is, or ''."""
        return next((s.code for s in self.services if kind in s.references), "")


def load_services(classifiers: Path) -> ServiceCatalogue:
    """Read `services/*.toml`, flags.toml and document_types.toml of that folder.

    Raises:
        Misconfigured: no services there, a file whose name is not its code, a reference owned twice, or a wrong key.
    """
    paths = sorted((classifiers / "services").glob("*.toml"))
    if not paths:
        raise Misconfigured(f"{classifiers / 'services'}: no service files there. Add one TOML file a service.")
    services = tuple(load_section(path, ServiceKnowledge) for path in paths)
    for path, service in zip(paths, services, strict=True):
        if path.stem != service.code:
            raise Misconfigured(f"{path}: 'code' is '{service.code}'. Make it '{path.stem}', or rename the file.")
    _refuse_shared_references(classifiers, services)
    catalogue = ServiceCatalogue(
        services,
        load_flags(classifiers / "flags.toml").flag,
        load_document_kinds(classifiers / "document_types.toml"),
    )
    for kind in catalogue.flags:
        if kind.copy_to and kind.copy_to not in catalogue.codes:
            raise Misconfigured(
                f"{classifiers / 'flags.toml'}: flag '{kind.code}' has copy_to '{kind.copy_to}', which is no service. "
                f"Correct it, or add services/{kind.copy_to}.toml."
            )
    return catalogue


def _refuse_shared_references(classifiers: Path, services: tuple[ServiceKnowledge, ...]) -> None:
    owned: dict[str, str] = {}
    for service in services:
        for kind in service.references:
            if kind in owned:
                raise Misconfigured(
                    f"{classifiers / 'services'}: reference '{kind}' belongs to both {owned[kind]} and {service.code}. "
                    "Leave it in one of them."
                )
            owned[kind] = service.code
