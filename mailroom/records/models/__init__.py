"""The nouns, one a file."""

from mailroom.records.models.account import NamedReader, Person, PublicAttempt, SignInFailure
from mailroom.records.models.api import (
    ApiCallback,
    ApiFile,
    ApiKey,
    ApiNotification,
    ApiReplyTo,
    ApiService,
    ApiTemplateVersion,
    Asked,
    KeyKind,
)
from mailroom.records.models.attachment import Attachment
from mailroom.records.models.batch import Batch, BatchStatus
from mailroom.records.models.customer import (
    Consent,
    ContactPoint,
    Customer,
    CustomerAddress,
    CustomerReference,
    FamilyNameShare,
)
from mailroom.records.models.customer_change import CustomerMerge, Telling, TellingStatus
from mailroom.records.models.cut_draft import CutDraft
from mailroom.records.models.daily_count import DailyClock, DailyCount, DailyTally, MonthCount, RollupMark
from mailroom.records.models.delivery import Delivery, DeliveryStatus
from mailroom.records.models.draft_check import CheckStage, DraftCheck
from mailroom.records.models.event import Event
from mailroom.records.models.executor import Executor
from mailroom.records.models.item import Item, ItemReference, ItemStatus, NearDuplicate
from mailroom.records.models.letter import Letter, LetterStatus
from mailroom.records.models.mailing import Mailing, MailingStatus
from mailroom.records.models.monthly_count import MonthCounted, PaperReaders, PromptCount
from mailroom.records.models.notice import DigestSent, ReportSent, TargetStanding
from mailroom.records.models.page import Page
from mailroom.records.models.print_job import PieceCount, PrintJob, PrintJobStatus, Reprint
from mailroom.records.models.print_run import BuildStage, Mailpiece, PrintRun, PrintRunStatus, SheetScan
from mailroom.records.models.reply_code import ReplyCode
from mailroom.records.models.review import Correction, ExampleStatus, Handling, Note, ReviewLease, TrainingExample
from mailroom.records.models.scan_device import DeviceKind, ScanDevice
from mailroom.records.models.service_notice import ServiceNotice
from mailroom.records.models.site_change import SiteChange
from mailroom.records.models.target import AuditCheck, BaselineMonth, ClosedMonth
from mailroom.records.models.valuable import LeftBy, Valuable, ValuableKind
from mailroom.records.models.watched_file import FolderAway, WatchedFile, WatchedFileStatus

__all__ = [
    "ApiCallback",
    "ApiFile",
    "ApiKey",
    "ApiNotification",
    "ApiReplyTo",
    "ApiService",
    "ApiTemplateVersion",
    "Asked",
    "Attachment",
    "AuditCheck",
    "BaselineMonth",
    "Batch",
    "BatchStatus",
    "BuildStage",
    "CheckStage",
    "ClosedMonth",
    "Consent",
    "ContactPoint",
    "Correction",
    "Customer",
    "CustomerAddress",
    "CustomerMerge",
    "CustomerReference",
    "CutDraft",
    "DailyClock",
    "DailyCount",
    "DailyTally",
    "Delivery",
    "DeliveryStatus",
    "DeviceKind",
    "DigestSent",
    "DraftCheck",
    "Event",
    "ExampleStatus",
    "Executor",
    "FamilyNameShare",
    "FolderAway",
    "Handling",
    "Item",
    "ItemReference",
    "ItemStatus",
    "KeyKind",
    "LeftBy",
    "Letter",
    "LetterStatus",
    "Mailing",
    "MailingStatus",
    "Mailpiece",
    "MonthCount",
    "MonthCounted",
    "NamedReader",
    "NearDuplicate",
    "Note",
    "Page",
    "PaperReaders",
    "Person",
    "PieceCount",
    "PrintJob",
    "PrintJobStatus",
    "PrintRun",
    "PrintRunStatus",
    "PromptCount",
    "PublicAttempt",
    "ReplyCode",
    "ReportSent",
    "Reprint",
    "ReviewLease",
    "RollupMark",
    "ScanDevice",
    "ServiceNotice",
    "SheetScan",
    "SignInFailure",
    "SiteChange",
    "TargetStanding",
    "Telling",
    "TellingStatus",
    "TrainingExample",
    "Valuable",
    "ValuableKind",
    "WatchedFile",
    "WatchedFileStatus",
]
