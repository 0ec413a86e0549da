"""Settings of Mandates, in one file.

Every environment variable is read in the first block and nowhere else. Each has a default that lets `make demo` run
from a fresh clone; what a real installation must set is said in `.env.example`. A value that is missing or makes no
sense stops the start with one sentence.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from django.utils.translation import to_locale

BASE_DIR = Path(__file__).resolve().parent.parent

# ── The environment ──────────────────────────────────────────────────────────────────────────────────────────────

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

T = TypeVar("T")


def said(read: Callable[..., T], name: str, default: Any, sentence: str) -> T:
    """The value of an environment variable, or `default`; one that can't be read stops the start with `sentence`."""
    try:
        return read(name, default=default)
    except (ValueError, TypeError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} is “{env.str(name, '')}”: {sentence}") from error


def above_zero(name: str, default: int, what: str) -> int:
    value = said(env.int, name, default, f"it must be {what}.")
    if value <= 0:
        raise ImproperlyConfigured(f"{name} is “{value}”: it must be {what}.")
    return value


DEBUG = said(env.bool, "DEBUG", False, "say on or off.")
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var"))).resolve()  # all that is written while running
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])  # "https://mandates.example.org"
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")  # with it links in letters begin
HTTPS = said(env.bool, "HTTPS", False, "say on where readers come by https, off where they do not.")
TRUSTED_PROXIES = said(env.int, "TRUSTED_PROXIES", 0, "it must be the number of proxies in front of the web process.")
STATIC_HASHED = said(env.bool, "STATIC_HASHED", False, "say on after collectstatic, off without it.")
SECRET_KEY = env.str("SECRET_KEY", "")
DATABASE_URL = env.str("DATABASE_URL", "")
DATABASE_KEEP_SECONDS = said(env.int, "DATABASE_KEEP_SECONDS", 60, "it must be a number of seconds, 0 to keep none.")
BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://")
CACHE_URL = env.str("CACHE_URL", BROKER_URL if BROKER_URL.startswith(("redis://", "rediss://")) else "")
EMAIL_URL = env.str("EMAIL_URL", "consolemail://")
EMAIL_FROM = env.str("EMAIL_FROM", "Mandates <mandates@localhost>")
EMAIL_TIMEOUT = above_zero("EMAIL_TIMEOUT", 15, "the seconds that the mail server is waited for")
# A letter that a worker has had for so long is settled: the worker is taken to be dead.
LETTER_LEASE = above_zero("LETTER_LEASE", 600, "the seconds after which a letter in hand is settled")
# Where the mail server's own record of what it took can be asked: its log files, or a command. See docs/running.md.
LETTER_RELAY_LOG = env.str("LETTER_RELAY_LOG", "")
LETTER_RELAY_COMMAND = env.str("LETTER_RELAY_COMMAND", "")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
OIDC_ISSUER = env.str("OIDC_ISSUER", "")  # empty: people log in with a password kept here
OIDC_NAME = env.str("OIDC_NAME", "Single sign-on")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", "")
UPLOAD_MAX_BYTES = above_zero("UPLOAD_MAX_BYTES", 20_000_000, "the size in bytes of the largest file taken in")
# How much one document may ask of the reader. What is not set keeps the default of reader/limits.py, which says why.
READER_LIMITS = {
    name: above_zero(f"READER_{name.upper()}", 1, what)
    for name, what in {
        "unpacked_bytes": "the bytes that a document may unpack to",
        "elements": "the number of XML elements that a document may hold",
        "pages": "the number of pages that a PDF may have",
        "characters": "the length in characters of a plain text",
        "cpu_seconds": "the seconds of processor time that reading may take",
        "wall_seconds": "the seconds that reading may take in all",
        "memory_bytes": "the bytes of memory that reading may take",
    }.items()
    if f"READER_{name.upper()}" in os.environ
} | {"file_bytes": UPLOAD_MAX_BYTES}

# ── What must hold between them ──────────────────────────────────────────────────────────────────────────────────

if not SECRET_KEY:
    if DATABASE_URL and not DATABASE_URL.startswith("sqlite:"):
        raise ImproperlyConfigured(
            "SECRET_KEY is missing: with a database server, give web, worker and beat the same long random value."
        )
    # One machine, one folder: a key is made once and kept beside the database.
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    key_file = VAR_DIR / "secret-key"
    if not key_file.exists():
        key_file.touch(mode=0o600)
        key_file.write_text(secrets.token_urlsafe(64))
    SECRET_KEY = key_file.read_text()
if len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY is too short: use at least 32 random characters.")
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured(
        "OIDC_ISSUER is set: set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET too, as the identity provider gave them."
    )
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"SITE_URL is “{SITE_URL}”: it must be the address people open, https://….")
if not BROKER_URL.startswith(("filesystem://", "redis://", "rediss://")):
    raise ImproperlyConfigured(
        f"CELERY_BROKER_URL begins with “{urlsplit(BROKER_URL).scheme}”: it must be filesystem:// or redis://…"
    )
if LETTER_LEASE <= 4 * EMAIL_TIMEOUT:
    raise ImproperlyConfigured(
        f"LETTER_LEASE is “{LETTER_LEASE}”: it must be more than four times EMAIL_TIMEOUT; a slow letter is not lost."
    )
if CACHE_URL and not CACHE_URL.startswith(("redis://", "rediss://")):
    raise ImproperlyConfigured(
        f"CACHE_URL begins with “{urlsplit(CACHE_URL).scheme}”: it must be redis://…, or empty for files."
    )
if DATABASE_URL and urlsplit(DATABASE_URL).scheme not in {"sqlite", "postgres", "postgresql"}:
    # Its scheme alone is shown: the rest may hold a password.
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with “{urlsplit(DATABASE_URL).scheme}”: it must be a postgresql:// or sqlite:/// address."
    )

# ── The house ────────────────────────────────────────────────────────────────────────────────────────────────────

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "mandates.Member"

INSTALLED_APPS = [
    "mandates",  # first: its templates and commands win over those of the libraries
    "reports",
    "bench",  # its command makes a world to measure by
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",  # `runserver` serves static files the way the web process does
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    "simple_history",
]

MIDDLEWARE = [
    "config.middleware.in_one_piece_of_the_stack",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # below those three: its files carry their headers too
    "config.middleware.keep_in_no_cache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page is behind log-in unless its view says otherwise with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.middleware.nothing_is_called_by_nul",
    "config.middleware.times_are_those_of_the_seat",
    "config.middleware.whose_work_is_asked_once",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# ── Database and cache ───────────────────────────────────────────────────────────────────────────────────────────

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url_config(DATABASE_URL or f"sqlite:///{VAR_DIR / 'mandates.sqlite3'}")
}
DATABASE_OPTIONS: dict[str, dict[str, Any]] = {
    "django.db.backends.sqlite3": {
        # Readers and the one writer do not wait for each other (WAL); a transaction takes the right to write when it
        # begins, so that it waits in the queue instead of failing half way (IMMEDIATE): four writers met 0 errors of
        # 600 this way, 293 without.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds to wait for another writer
    },
    "django.db.backends.postgresql": {
        "connect_timeout": 10,  # seconds
        # A page's statement is asked once: PostgreSQL would compile it (JIT) for longer than it then runs, and would
        # weigh the orders of ten joins for 12 ms where two are enough.
        "options": "-c jit=off -c join_collapse_limit=6",
    },
}
_engine = DATABASES["default"]["ENGINE"]
DATABASES["default"]["OPTIONS"] = {**DATABASE_OPTIONS[_engine], **DATABASES["default"].get("OPTIONS", {})}
if _engine == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(parents=True, exist_ok=True)
else:
    DATABASES["default"]["CONN_MAX_AGE"] = DATABASE_KEEP_SECONDS
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Shared by all processes, as the counting of failed log-ins rests on it.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "mandates",
    }
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(VAR_DIR / "cache")}
}

# ── The queue ────────────────────────────────────────────────────────────────────────────────────────────────────
# The timetable and the reasons stand in config/celery.py.

QUEUE_DIR = VAR_DIR / "queue"
CELERY_BROKER_URL = "filesystem://localhost//" if BROKER_URL.startswith("filesystem://") else BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "processed_folder": str(QUEUE_DIR / "taken"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.3,  # seconds between two looks into the folder
    }
    if BROKER_URL.startswith("filesystem://")
    else {
        "visibility_timeout": 3600,  # seconds; longer than any job may take, so that none is handed out twice
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
)
CELERY_TASK_IGNORE_RESULT = True  # what came of a job stands in its row
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2}  # a page never waits for a dead broker
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # a long document does not hold back the short one behind it
# A job that a stopped worker had in hand is handed out again, as every job may run twice without harm. One whose own
# process was killed is not: a document that kills its reader would kill the next one too, so the sweep decides.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_SOFT_TIME_LIMIT = 5 * 60  # seconds; then the job may still write down what happened
CELERY_TASK_TIME_LIMIT = 6 * 60
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200  # memory that a large document left behind goes back to the system
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# ── Log-in ───────────────────────────────────────────────────────────────────────────────────────────────────────

AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "config.accounts.MemberAdapter"  # nobody signs up: members are named by the secretariat
ACCOUNT_FORMS = {"login": "config.accounts.MemberLoginForm"}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None  # the form asks
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "config.accounts.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Mandates"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are the secretariat's, which knows its members

SOCIALACCOUNT_ADAPTER = "config.accounts.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # the organisation's provider vouches for the address …
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # … so the member who has it is the one who comes in
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}

# ── Security ─────────────────────────────────────────────────────────────────────────────────────────────────────

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked from inside, without the proxy
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        # Browsers hold the redirect after a form to this rule too: the way to the identity provider.
        "form-action": ["'self'", *(["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER))] if OIDC_ISSUER else [])],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if STATIC_HASHED else VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not STATIC_HASHED  # a demo and the tests serve the files where they lie
WHITENOISE_AUTOREFRESH = DEBUG
if not STATIC_HASHED:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # stays empty; whitenoise warns where it is missing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_HASHED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"  # what people brought in; handed out by a view that asks who wants it, never by address
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20  # bytes of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a review form of a long resolution
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# A suggestion that was read with at least this confidence (0 to 1), and beside which no question stands, may be
# confirmed with others in one go.
CERTAIN_FROM = 0.9
# Clocks of tasks, both worked out from dates and never stored.
SILENT_AFTER_DAYS = 90  # an open task without a word for so long is silent …
SILENT_WITHIN_DAYS = 365  # … unless its date lies further ahead than this: tasks are made years ahead
DUE_SOON_DAYS = 80  # what matters within so many days is due soon: a report to a session is begun that early
# Letters between the weekly ones: so many days before the date that matters, and after the last day in time.
REMIND_BEFORE_DAYS = (14, 7, 1)
REMIND_AFTER_DAYS = (1, 7)
ESCALATE_AFTER_DAYS = 120  # an open task without a word for so long is told to the head of its unit
# Years for which the tasks of what recurs are made ahead: from one plenipotentiary conference to the next.
TASKS_AHEAD = 4

# ── Languages and time ───────────────────────────────────────────────────────────────────────────────────────────

LANGUAGE_CODE = "en"
DECLARED_LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("ar", _("Arabic")),
    ("ru", _("Russian")),
    ("zh-hans", _("Chinese")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
# A language is offered once its words are there: a page half in French under lang="fr" would be read out wrongly.
LANGUAGES = [
    (code, name)
    for code, name in DECLARED_LANGUAGES
    if code == LANGUAGE_CODE or (LOCALE_PATHS[0] / to_locale(code) / "LC_MESSAGES" / "django.mo").is_file()
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # of the log and the database; pages tell the time of the seat
SEAT_TIME_ZONE = "Europe/Zurich"  # where a deadline's day begins and ends: see docs/decisions

# ── Mail, log, history ───────────────────────────────────────────────────────────────────────────────────────────

globals().update({key: value for key, value in env.email_url_config(EMAIL_URL).items() if key.startswith("EMAIL_")})
DEFAULT_FROM_EMAIL = EMAIL_FROM
SERVER_EMAIL = EMAIL_FROM

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would say the same line twice, or send mail that nobody asked for.
        "django": {"handlers": [], "propagate": True, "level": LOG_LEVEL},
        "django.server": {"handlers": [], "propagate": True},
    },
}

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
