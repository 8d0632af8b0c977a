"""The letter as an email: accessible HTML and plain text from the same words. Pure: facts in, message out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from mailroom.config.document_classes import DocumentClass, EmailCarries
from mailroom.values.letter_body import Block, BlockKind, LetterBody, Run
from mailroom.values.outgoing_email import EmailFile, OutgoingEmail

_STYLE = (
    "body{margin:0;background:#f3f5f6;color:#0b0c0c;font:1.1rem/1.5 Arial,Helvetica,sans-serif}"
    "main{max-width:38rem;margin:0 auto;background:#fff;padding:1.5rem}"
    "header{max-width:38rem;margin:0 auto;padding:1rem 1.5rem;background:%s;color:#fff;font-weight:bold}"
    "h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.2rem}a{color:#1d4f8f}"
    "table{border-collapse:collapse;width:100%%}th,td{padding:.4rem 0;border-bottom:1px solid #b1b4b6;text-align:left}"
    ".figure{text-align:right}blockquote{margin:1rem 0;padding:.2rem 0 .2rem 1rem;border-left:.3rem solid %s}"
    "footer{color:#383f43;font-size:.95rem;border-top:1px solid #b1b4b6;margin-top:2rem}"
)


@dataclass(frozen=True, slots=True)
class EmailFrom:
    """Who sends. colour: of the band at the top, #rrggbb. letters_page: where links to letters and choices lead."""

    sender: str
    sender_name: str
    council: str
    colour: str
    letters_page: str


@dataclass(frozen=True, slots=True)
class EmailAsked:
    """One letter to be emailed. token: leads to its expiring page. unsubscribe: to the choices page. pdf: attached.

    files: the letter's attachments; of a letter behind a link they lie behind it too.
    """

    message_id: str
    recipient: str
    reference: str
    bodies: tuple[LetterBody, ...]
    sign_off: tuple[str, ...]
    date: dt.datetime
    token: str = ""
    unsubscribe: str = ""
    pdf: bytes = b""
    reply_to: str = ""
    one_click: str = ""
    files: tuple[EmailFile, ...] = ()


def compose_email(asked: EmailAsked, kind: DocumentClass, sent_by: EmailFrom) -> OutgoingEmail:
    """The email of a letter as its class wants it: the words themselves, the PDF with them, or only the way to it.

    A letter behind a link is private: nothing of its words, the reference included, is in the email.
    """
    subject = asked.bodies[-1].subject
    linked = kind.email_carries is EmailCarries.LINK
    page = f"{sent_by.letters_page}/{asked.token}"
    bodies = (_only_a_link(subject, page),) if linked else asked.bodies
    choices = f"{sent_by.letters_page}/choices/{asked.unsubscribe}" if asked.unsubscribe else ""
    foot = _foot(kind, choices, "" if linked else asked.reference)
    attachments: tuple[EmailFile, ...] = ()
    if kind.email_carries is EmailCarries.ATTACHMENT and asked.pdf:
        attachments = (EmailFile("letter.pdf", asked.pdf),)
        foot = ("The same letter is attached as a PDF.", *foot)
    if asked.files and not linked:
        attachments = (*attachments, *asked.files)
        foot = (f"Also attached: {', '.join(file.filename for file in asked.files)}.", *foot)
    sign_off = () if linked else asked.sign_off
    return OutgoingEmail(
        asked.message_id, sent_by.sender, sent_by.sender_name, asked.recipient, subject,
        plain_words(bodies, sign_off, foot), page_of_words(bodies, sign_off, foot, subject, sent_by),
        asked.date, _headers(kind, choices, asked), attachments,
    )  # fmt: skip


def covering_words(subject: str) -> LetterBody:
    """The words of an email whose letter came as a PDF and is attached."""
    words = (
        Block(BlockKind.HEADING, (Run(subject),)),
        Block(BlockKind.PARAGRAPH, (Run("You have a letter from us. You asked to have letters like this by email."),)),
        Block(BlockKind.PARAGRAPH, (Run("Please open the attached PDF to read it."),)),
    )
    return LetterBody(subject, words)


def _only_a_link(subject: str, page: str) -> LetterBody:
    words = (
        Block(BlockKind.HEADING, (Run(subject),)),
        Block(BlockKind.PARAGRAPH, (Run("You have a letter from us. You asked to have letters like this by email."),)),
        Block(BlockKind.PARAGRAPH, (Run("Read your letter", link=page),)),
        Block(
            BlockKind.PARAGRAPH,
            (Run("We will ask for your postcode or date of birth first, so that nobody else can read it."),),
        ),
    )
    return LetterBody(subject, words)


def _foot(kind: DocumentClass, choices: str, reference: str) -> tuple[str, ...]:
    lines = [f"Our reference: {reference}"] if reference else []
    lines.append("We will never ask for your password or card number by email.")
    if kind.unsubscribe and choices:
        lines.append(f"To stop these emails: {choices}")
    elif choices:
        lines.append(f"To have letters like this on paper again: {choices}")
    return tuple(lines)


def _headers(kind: DocumentClass, choices: str, asked: EmailAsked) -> tuple[tuple[str, str], ...]:
    """Auto-Submitted keeps away holiday replies (RFC 3834); one-click unsubscribe as in RFC 8058."""
    headers = [("Auto-Submitted", "auto-generated")]
    one_click = asked.one_click or (choices if kind.unsubscribe else "")
    if one_click:
        headers += [("List-Unsubscribe", f"<{one_click}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]
    if asked.reply_to:
        headers.append(("Reply-To", asked.reply_to))
    return tuple(headers)


def plain_words(bodies: Sequence[LetterBody], sign_off: Sequence[str], foot: Sequence[str]) -> str:
    """The words as plain text."""
    parts = ["\n\n".join(_plain_block(b) for b in body.blocks if b.text) for body in bodies]
    words = "\n\n* * *\n\n".join(parts)
    signed = "\n".join(line for line in sign_off if line)
    return "\n\n".join(p for p in (words, signed, "--\n" + "\n".join(foot)) if p) + "\n"


def _plain_block(block: Block) -> str:
    text = "\n".join(_plain_runs(row) for row in block.rows) if block.rows else _plain_runs((block.runs,))
    match block.kind:
        case BlockKind.HEADING:
            return f"{text}\n{'=' * min(len(text), 60)}"
        case BlockKind.SUBHEADING:
            return f"{text}\n{'-' * min(len(text), 60)}"
        case BlockKind.BULLET:
            return f"* {text}"
        case BlockKind.NUMBER:
            return f"{block.marker} {text}"
        case _:
            return text


def _plain_runs(cells: Iterable[Sequence[Run]]) -> str:
    return ": ".join("".join(f"{r.text} ( {r.link} )" if r.link else r.text for r in cell) for cell in cells)


def page_of_words(
    bodies: Sequence[LetterBody], sign_off: Sequence[str], foot: Sequence[str], subject: str, sent_by: EmailFrom
) -> str:
    """The words as a page of HTML."""
    parts = "<hr>".join(f'<div lang="{b.language}">{"".join(_html_blocks(b.blocks))}</div>' for b in bodies)
    signed = f"<p>{'<br>'.join(escape(line) for line in sign_off if line)}</p>" if sign_off else ""
    below = "".join(f"<p>{_linked(line)}</p>" for line in foot)
    style = _STYLE % (sent_by.colour, sent_by.colour)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(subject)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
        f"<body><header>{escape(sent_by.council)}</header><main>{parts}{signed}<footer>{below}</footer></main></body></html>"
    )


def _html_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    """Blocks as elements; bullets that follow one another are one list."""
    for kind, group in groupby(blocks, key=lambda b: b.kind):
        if kind in (BlockKind.BULLET, BlockKind.NUMBER):
            tag = "ul" if kind is BlockKind.BULLET else "ol"
            yield f"<{tag}>{''.join(f'<li>{_runs(b.runs)}</li>' for b in group)}</{tag}>"
            continue
        for block in group:
            yield _html_block(block)


def _html_block(block: Block) -> str:
    match block.kind:
        case BlockKind.HEADING:
            return f"<h1>{_runs(block.runs)}</h1>"
        case BlockKind.SUBHEADING:
            return f"<h2>{_runs(block.runs)}</h2>"
        case BlockKind.INSET:
            return f"<blockquote><p>{_runs(block.runs)}</p></blockquote>"
        case BlockKind.TABLE:
            return _table(block)
        case BlockKind.RULE | BlockKind.PAGE_BREAK:
            return "<hr>"
        case _:
            return f"<p>{_runs(block.runs)}</p>"


def _table(block: Block) -> str:
    """A real table: column heads and row heads that reading programs announce."""
    head, *rows = block.rows
    top = "".join(f'<th scope="col"{_figure(n)}>{_runs(c)}</th>' for n, c in enumerate(head))
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{_runs(c)}</th>' if n == 0 else f"<td{_figure(n)}>{_runs(c)}</td>"
            for n, c in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _figure(column: int) -> str:
    return ' class="figure"' if column else ""


def _runs(runs: Iterable[Run]) -> str:
    return "".join(_run(r) for r in runs)


def _run(run: Run) -> str:
    words = escape(run.text)
    if run.bold:
        words = f"<strong>{words}</strong>"
    return f'<a href="{escape(run.link)}">{words}</a>' if run.link else words


def _linked(line: str) -> str:
    """A foot line whose last word may be an address."""
    words, _, last = line.rpartition(" ")
    if last.startswith("https://"):
        return f'{escape(words)} <a href="{escape(last)}">{escape(last)}</a>'
    return escape(line)
