"""Every address of the interface for other systems. As in GOV.UK Notify, none ends with a slash.

files/ is the one page for people: where they download a file they were sent. delivery-notices is for mail services,
scans for kiosks and scanners.
"""

from __future__ import annotations

from django.urls import path

from mailroom.api import delivery_notices, download, scans, views

urlpatterns = [
    path("v2/notifications", views.get_notifications, name="api_notifications"),
    path("v2/notifications/email", views.post_email, name="api_email"),
    path("v2/notifications/letter", views.post_letter, name="api_letter"),
    path("v2/notifications/sms", views.post_sms, name="api_sms"),
    path("v2/notifications/<str:notification>", views.get_notification, name="api_notification"),
    path("v2/notifications/<str:notification>/pdf", views.get_pdf, name="api_pdf"),
    path("v2/template/<str:template>", views.get_template, name="api_template"),
    path("v2/template/<str:template>/version/<int:version>", views.get_template, name="api_template_version"),
    path("v2/template/<str:template>/preview", views.post_preview, name="api_preview"),
    path("v2/templates", views.get_templates, name="api_templates"),
    path("v2/received-text-messages", views.get_received_texts, name="api_received_texts"),
    path("files/<uuid:key>", download.file_page, name="api_file"),
    path("scans", scans.hand_in, name="scans"),
    path("scans/<str:number>", scans.standing, name="scan_standing"),
    path("delivery-notices", delivery_notices.from_gateway, name="delivery_notices"),
    path("delivery-notices/amazon-sns", delivery_notices.from_amazon, name="delivery_notices_sns"),
    path("v2/<path:rest>", views.not_there, name="api_not_there"),
    path("service/<path:rest>", views.not_there, name="api_not_there_either"),
]
