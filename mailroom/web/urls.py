"""Every address of the web pages. An item's address is its number: /items/B000042-03/."""

from __future__ import annotations

from django.urls import path, register_converter

from mailroom.web import item_page, operations
from mailroom.web.account import views as account
from mailroom.web.customers import views as customers
from mailroom.web.print_unit import views as print_unit
from mailroom.web.review import views as review
from mailroom.web.work_queue import views as work_queue


class BatchNumber:
    """The 42 of B000042."""

    regex = r"B\d{6,12}"

    def to_python(self, value: str) -> int:
        return int(value[1:])

    def to_url(self, value: int) -> str:
        return f"B{value:06d}"


class Position:
    """The 3 of B000042-03."""

    regex = r"\d{2,6}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02d}"


register_converter(BatchNumber, "batch")
register_converter(Position, "position")
ITEM = "<batch:batch>-<position:position>/"

handler404 = "mailroom.web.faults.not_found"
handler403 = "mailroom.web.faults.forbidden"
handler500 = "mailroom.web.faults.broken"

urlpatterns = [
    path("", account.home, name="home"),
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-in/code/", account.code, name="code"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("account/second-factor/", account.second_factor, name="second_factor"),
    path("review/", review.queue, name="review_queue"),
    path("review/next/", review.take_next, name="review_next"),
    path("review/undo/<int:correction>/", review.undo, name="review_undo"),
    path("review/" + ITEM, review.item, name="review_item"),
    path("review/" + ITEM + "decide/", review.decide, name="review_decide"),
    path("items/", work_queue.post, name="post"),
    path("items/bulk/", work_queue.bulk, name="bulk"),
    path("items/" + ITEM, work_queue.item, name="item"),
    path("items/" + ITEM + "accept/", work_queue.accept, name="accept"),
    path("items/" + ITEM + "not-ours/", work_queue.not_ours, name="not_ours"),
    path("items/" + ITEM + "act/", work_queue.act, name="act"),
    path("items/" + ITEM + "file.pdf", item_page.filed_pdf, name="filed_pdf"),
    path("items/" + ITEM + "pages/<int:number>-<int:width>.png", item_page.page_picture, name="page_picture"),
    path("print-unit/", print_unit.today, name="today"),
    path("print-unit/quarantine/<batch:batch>/", print_unit.quarantine, name="quarantine"),
    path("batches/<batch:batch>/", print_unit.batch, name="batch"),
    path("batches/<batch:batch>/pages/<int:number>.png", print_unit.batch_page, name="batch_page"),
    path("upload/", print_unit.upload, name="upload"),
    path("customers/", customers.search, name="customers"),
    path("customers/<str:key>/", customers.customer, name="customer"),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
]
