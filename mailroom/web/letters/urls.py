"""Addresses of mailings and letters."""

from __future__ import annotations

from django.urls import path

from mailroom.web.letters import drawn, handing_in, letter, mailings, one, repairing
from mailroom.web.outgoing_addresses import LETTER, MAILING

urlpatterns = [
    path("mailings/", mailings.all_mailings, name="mailings"),
    path("mailings/new/", handing_in.choose, name="mailing_new"),
    path("mailings/new/check/", handing_in.check, name="mailing_check"),
    path("mailings/new/check/<int:draft>/", handing_in.take_up, name="mailing_draft"),
    path("mailings/new/columns/", handing_in.columns, name="mailing_columns"),
    path("mailings/new/hand-in/", handing_in.hand_in, name="mailing_hand_in"),
    path("mailings/new/letters/<int:place>/", handing_in.preview, name="mailing_preview"),
    path("mailings/new/letters/<int:place>/letter.pdf", drawn.preview_pdf, name="mailing_preview_pdf"),
    path("mailings/new/letters/<int:place>/<int:number>.png", drawn.preview_picture, name="mailing_preview_png"),
    path("mailings/new/file/<int:number>.png", drawn.file_picture, name="mailing_file_png"),
    path("mailings/new/attachment/<int:number>.png", drawn.attachment_picture, name="mailing_attachment_png"),
    path("mailings/new/repairs/", repairing.draft_repairs, name="mailing_repairs"),
    path("mailings/repairs/<slug:code>/<slug:side>.png", repairing.picture, name="repair_png"),
    path("mailings/one/", one.templates, name="letter_templates"),
    path("mailings/one/<slug:template>/", one.write, name="letter_write"),
    path("mailings/" + MAILING, mailings.mailing, name="mailing"),
    path("mailings/" + MAILING + "repairs/", repairing.repairs, name="mailing_repair"),
    path("mailings/" + MAILING + "act/", mailings.act, name="mailing_act"),
    path("letters/" + LETTER, letter.letter, name="letter"),
    path("letters/" + LETTER + "cancel/", letter.cancel, name="letter_cancel"),
    path("letters/" + LETTER + "letter.pdf", letter.pdf, name="letter_pdf"),
    path("letters/" + LETTER + "<int:number>.png", letter.picture, name="letter_png"),
]
