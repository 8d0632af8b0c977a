"""Addresses of a team's post."""

from __future__ import annotations

from django.urls import path

from mailroom.web import item_page
from mailroom.web.addresses import ITEM
from mailroom.web.work_queue import actions, item, private
from mailroom.web.work_queue import views as work_queue

urlpatterns = [
    path("items/", work_queue.post, name="post"),
    path("items/bulk/", work_queue.bulk, name="bulk"),
    path("items/private/", private.private_items, name="private_items"),
    path("items/" + ITEM, item.item, name="item"),
    path("items/" + ITEM + "accept/", item.accept, name="accept"),
    path("items/" + ITEM + "not-ours/", item.not_ours, name="not_ours"),
    path("items/" + ITEM + "act/", actions.act, name="act"),
    path("items/" + ITEM + "file.pdf", item_page.filed_pdf, name="filed_pdf"),
    path("items/" + ITEM + "pages/<int:number>-<int:width>.png", item_page.page_picture, name="page_picture"),
]
