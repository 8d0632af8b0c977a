"""Addresses of signing in and out."""

from __future__ import annotations

from django.urls import path

from mailroom.web.account import passwords, single_sign_on
from mailroom.web.account import views as account

urlpatterns = [
    path("", account.home, name="home"),
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-in/staff/", single_sign_on.go, name="oidc_authentication_init"),
    path("sign-in/back/", single_sign_on.back, name="oidc_authentication_callback"),
    path("sign-in/code/", account.code, name="code"),
    path("sign-in/choose/<slug:key>/<slug:token>/", passwords.choose, name="choose_password"),
    path("account/password/", passwords.change, name="change_password"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("account/second-factor/", account.second_factor, name="second_factor"),
]
