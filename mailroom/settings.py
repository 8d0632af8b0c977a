"""Django's settings. Everything that differs between councils comes from the environment (config/environment.py)."""

from __future__ import annotations

import dj_database_url

from mailroom.config.environment import PACKAGE, example_site, read_environment
from mailroom.config.roles import load_roles

ENVIRONMENT = read_environment()
ROLES = load_roles(ENVIRONMENT.site)

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = [*ENVIRONMENT.hosts]
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "mailroom.records",
    "mailroom.web",
]

MIDDLEWARE = [
    "mailroom.web.request_log.RequestNumber",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mailroom.web.security.SafeHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "mailroom.web.security.NoNul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "mailroom.web.security.SessionLimit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mailroom.wiring.urls"
WSGI_APPLICATION = "mailroom.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ENVIRONMENT.site / "templates" / "web", example_site() / "templates" / "web"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mailroom.web.layout.every_page",
            ],
            "builtins": [
                "mailroom.web.words",
                "mailroom.web.outgoing_words",
                "mailroom.web.form_problems",
                "mailroom.web.dates",
            ],
        },
    }
]
STATIC_URL = "/static/"
# Served as they lie: setup fetches what comes from npm into it, so there is nothing to collect.
STATIC_ROOT = PACKAGE / "web" / "static"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
SINGLE_SIGN_ON = ROLES.single_sign_on
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
if SINGLE_SIGN_ON:
    AUTHENTICATION_BACKENDS.append("mailroom.web.account.single_sign_on.StaffAccounts")
    OIDC_RP_CLIENT_ID, OIDC_RP_CLIENT_SECRET = SINGLE_SIGN_ON.client_id, ENVIRONMENT.oidc_secret
    OIDC_OP_AUTHORIZATION_ENDPOINT, OIDC_OP_TOKEN_ENDPOINT = SINGLE_SIGN_ON.authorize, SINGLE_SIGN_ON.token
    OIDC_OP_USER_ENDPOINT, OIDC_OP_JWKS_ENDPOINT = SINGLE_SIGN_ON.userinfo, SINGLE_SIGN_ON.keys
    OIDC_RP_SCOPES = SINGLE_SIGN_ON.scopes
OIDC_RP_SIGN_ALGO, OIDC_USE_PKCE, OIDC_TIMEOUT = "RS256", True, 10
OIDC_STORE_ACCESS_TOKEN = OIDC_STORE_ID_TOKEN = False
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
OTP_TOTP_ISSUER = "Mailroom"
SESSION_COOKIE_AGE = ROLES.sign_in.session_minutes * 60
SESSION_SAVE_EVERY_REQUEST = False  # SessionLimit notes once a minute that a session is in use
SESSION_COOKIE_SAMESITE = "Lax"

# Behind https the cookies are for https only and browsers are told to stay there for a year.
IS_HTTPS = ENVIRONMENT.public_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

DATABASES = {"default": dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Measured for many threads writing one file: IMMEDIATE avoids upgrade deadlocks, WAL lets readers go on.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "mailroom.web.request_log.WithRequest"}},
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "mailroom.web.request_log.JsonLine"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if ENVIRONMENT.json_logs else "plain",
            "filters": ["request"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"dbos": {"level": "WARNING"}, "pikepdf": {"level": "WARNING"}},
}
