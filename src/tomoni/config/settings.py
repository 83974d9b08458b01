"""Django settings, derived from the environment (see `env.py`). Nothing here is read from a file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tomoni.config.env import env
from tomoni.config.mail import mail_settings
from tomoni.core.logs import settings_for

ENV = env()
DATA_DIR = ENV.data.resolve()
SRC_DIR = Path(__file__).resolve().parent.parent

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key or "insecure-only-for-commands-that-sign-nothing"
ALLOWED_HOSTS = [h.strip() for h in ENV.hosts.split(",") if h.strip()]
BASE_URL = ENV.base_url.rstrip("/")
WEBHOOK_HOSTS = ENV.webhook_hosts.split(",")
ROOT_URLCONF = "tomoni.config.urls"
WSGI_APPLICATION = "tomoni.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The rooms, lowest floor first. Each has an AppConfig in its `apps.py`.
TOMONI_APPS = [
    "tomoni.core",
    "tomoni.ui",
    "tomoni.people",
    "tomoni.records",
    "tomoni.records.worktime",
    "tomoni.records.builder",
    "tomoni.records.talk",
    "tomoni.records.saved",
    "tomoni.records.transfer",
    "tomoni.records.duty",
    "tomoni.records.keeping",
    "tomoni.automation",
    "tomoni.kits",
    "tomoni.kintone",
    "tomoni.workload",
    "tomoni.participation",
    "tomoni.procedures",
    "tomoni.challenges",
]
INSTALLED_APPS = [
    *TOMONI_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "csp",
]

MIDDLEWARE = [
    "tomoni.core.middleware.RequestIdMiddleware",
    "tomoni.core.web.access.AccessMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tomoni.people.middleware.ActivityMiddleware",
    "tomoni.people.middleware.SessionLimitMiddleware",
    "tomoni.people.middleware.SecondFactorMiddleware",
    "tomoni.people.middleware.ActorMiddleware",
    "tomoni.config.server.middleware.BodyLimitMiddleware",
    "tomoni.records.worktime.middleware.WorktimeMiddleware",
    "tomoni.core.middleware.ErrorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tomoni.ui.context.shell",
            ],
            "builtins": ["tomoni.ui.templatetags.ui", "tomoni.ui.templatetags.forms"],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    """Django's database entry for a URL; empty means SQLite in the data folder (WAL, FULL, IMMEDIATE)."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "tomoni.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("TOMONI_DATABASE_URL: use postgresql://user:password@host:port/name")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(ENV.database_url)}
ATOMIC_REQUESTS = False

# One town, one cookie name, one cache prefix: two towns on one machine share nothing.
TOWN_TAG = hashlib.sha256(f"{DATA_DIR}|{ENV.database_url}".encode()).hexdigest()[:10]
SESSION_COOKIE_NAME = f"tomoni_{TOWN_TAG}"
CSRF_COOKIE_NAME = f"tomoni_csrf_{TOWN_TAG}"
LANGUAGE_COOKIE_NAME = f"tomoni_lang_{TOWN_TAG}"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV.cache_url}
        if ENV.cache_url
        else {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "core_cache",
            # The default of 300 rows would drop the counters of sign-in throttles.
            "OPTIONS": {"MAX_ENTRIES": 200_000, "CULL_FREQUENCY": 10},
        }
    )
    | {"KEY_PREFIX": TOWN_TAG}
}

# People and sign-in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["tomoni.people.backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "tomoni.people.passwords.BreachedPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tomoni.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/1h/ip", "login": "60/m/ip"}
MFA_ADAPTER = "tomoni.people.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tomoni"
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = ENV.session_hours * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tomoni.ui.views.errors.csrf_failure"
_https = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
if ENV.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.trusted_proxies

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# Language and time
LANGUAGE_CODE = ENV.language
LANGUAGES = [("ja", _("日本語")), ("en", _("English"))]
USE_I18N = True
LOCALE_PATHS = [SRC_DIR / "config" / "locale", SRC_DIR / "demo" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

# Files
STATIC_URL = "/static/"
STORAGES = {
    "default": {
        "BACKEND": "tomoni.core.files.storage.ContentAddressedStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_IMMUTABLE_FILE_TEST = r"/dist/.*-[0-9A-Z]{8}\."
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[0-9A-Z]{8}\.(css|js|woff2)$"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_TEMP_DIR = None
UPLOAD_MAX_BYTES = ENV.upload_max_mb * 1024 * 1024

# Mail, jobs, logs
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from
globals().update(mail_settings(ENV.mail))
TASKS = {"default": {"BACKEND": "tomoni.core.jobs.backend.DatabaseBackend"}}
METRICS_TOKEN = ENV.metrics_token
LOGGING_CONFIG = "tomoni.core.logs.configure"
LOGGING = settings_for(ENV.log_level)
SILENCED_SYSTEM_CHECKS: list[str] = []
