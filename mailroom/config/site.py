"""The whole site, read and checked at once: every file of classifiers/, templates/ and config/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mailroom.config.api import ApiConfig, load_api
from mailroom.config.costs import Costs, load_costs
from mailroom.config.customers import CustomersConfig, load_customers_config
from mailroom.config.document_classes import DocumentClasses, load_document_classes
from mailroom.config.environment import read_environment
from mailroom.config.folders_apart import refuse_overlaps
from mailroom.config.letter_templates import TemplateSource, load_letter_templates
from mailroom.config.linkage import LinkageWeights, load_linkage_weights
from mailroom.config.mail import MailConfig
from mailroom.config.mailroom import MailroomConfig
from mailroom.config.outgoing import Outgoing, load_outgoing
from mailroom.config.postage import Postage, load_postage
from mailroom.config.printing import Printing, load_printing
from mailroom.config.reading import ReadingConfig
from mailroom.config.references import ReferenceCatalogue, load_references
from mailroom.config.roles import RolesConfig, load_roles
from mailroom.config.routing import RoutingConfig
from mailroom.config.section import load_section
from mailroom.config.separation import SeparationConfig
from mailroom.config.services import ServiceCatalogue, load_services
from mailroom.config.store import StoreConfig
from mailroom.config.targets import Targets, load_targets
from mailroom.config.training import TrainingConfig, load_training
from mailroom.errors import Misconfigured

_WORKING = ("model", "readers", "print-work")
"""Below the data folder: trained and downloaded models, print files being made."""


@dataclass(frozen=True)
class Site:
    """What a council has set, one attribute a file; folder is where it was read from."""

    folder: Path
    mailroom: MailroomConfig
    reading: ReadingConfig
    separation: SeparationConfig
    services: ServiceCatalogue
    references: ReferenceCatalogue
    training: TrainingConfig
    linkage: LinkageWeights
    customers: CustomersConfig
    routing: RoutingConfig
    mail: MailConfig
    store: StoreConfig
    roles: RolesConfig
    document_classes: DocumentClasses
    letter_templates: dict[str, TemplateSource]
    printing: Printing
    outgoing: Outgoing
    postage: Postage
    costs: Costs
    targets: Targets
    api: ApiConfig

    @property
    def letter_typeface(self) -> Path:
        """The TrueType file letters, laid-out emails and text layers are set in."""
        return self.folder / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"

    @property
    def separator_patterns(self) -> tuple[str, ...]:
        """Patterns of the codes on other makers' separator sheets."""
        return tuple(sheets.pattern for sheets in self.separation.foreign)


def load_site(folder: Path | None = None) -> Site:
    """Read the site named by MAILROOM_SITE, or the one in `folder`.

    Raises:
        Misconfigured: naming file, key and remedy.
    """
    site = folder or read_environment().site
    classifiers, config = site / "classifiers", site / "config"
    found = Site(
        folder=site,
        mailroom=load_section(config / "mailroom.toml", MailroomConfig),
        reading=load_section(config / "reading.toml", ReadingConfig),
        separation=load_section(config / "separation.toml", SeparationConfig),
        services=load_services(classifiers),
        references=load_references(classifiers / "references.toml"),
        training=load_training(classifiers / "training.toml"),
        linkage=load_linkage_weights(site),
        customers=load_customers_config(site),
        routing=load_section(config / "routing.toml", RoutingConfig),
        mail=load_section(config / "mail.toml", MailConfig),
        store=load_section(config / "store.toml", StoreConfig),
        roles=load_roles(site),
        document_classes=load_document_classes(site),
        letter_templates=load_letter_templates(site),
        printing=load_printing(site),
        outgoing=load_outgoing(site),
        postage=load_postage(site),
        costs=load_costs(site),
        targets=load_targets(site),
        api=load_api(site),
    )
    found.routing.check_services(found.services.codes)
    _keep_folders_apart(found, read_environment().data)
    return found


_OF_THE_SITE = ("classifiers", "config", "templates")
"""Not all that lies beside them: in a checkout the data folder does."""


def _keep_folders_apart(site: Site, data: Path) -> None:
    """Letters printed to a folder must not be taken in as post, nor what Mailroom keeps be taken from under it."""
    emptied = {
        **site.mailroom.folders,
        **{f"print_folder '{f.name}' of outgoing.toml": f.path for f in site.outgoing.print_folder},
        "returns of printing.toml": site.printing.returns.path,
    }
    kept = {
        **{f"the site's folder {name}": PurePosixPath(site.folder / name) for name in _OF_THE_SITE},
        "the folder of store.toml": site.store.folder,
        "the folder of emails of mail.toml": site.mail.folder,
        "the folder of emails of outgoing.toml": site.outgoing.email.folder,
        **{f"printer '{p.name}' of printing.toml": p.path for p in site.printing.printer},
        **{f"Mailroom's own folder {name}": PurePosixPath(name) for name in _WORKING},
    }
    try:
        refuse_overlaps(data, emptied, kept)
    except ValueError as overlap:
        raise Misconfigured(f"{site.folder / 'config' / 'mailroom.toml'}: 'watch_folder': {overlap}.") from None
