"""Settings. What differs between machines comes from the environment; .env.example lists it."""

from __future__ import annotations

from pathlib import Path

from celery.schedules import schedule
from csp.constants import NONE, SELF

from vetting import env

BASE_DIR = Path(__file__).resolve().parent.parent
DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS")
HTTPS = env.flag("HTTPS", default=not (DEMO or DEBUG))
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "vetting.apps.ReviewSiteConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_countries",
    "rest_framework",
    "drf_spectacular",
    "candidates.apps.CandidatesConfig",
    "allegations.apps.AllegationsConfig",
    "vetting.apps.VettingConfig",  # last: after every migration, when all permissions exist, it makes the roles
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "vetting.middleware.ArchiveOrigin",  # before all that reads cookies, serves files or knows the site
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "vetting.middleware.PrivateAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "vetting.urls"
ARCHIVE_URLCONF = "vetting.archive_urls"
ARCHIVE_ORIGIN = env.text("ARCHIVE_ORIGIN", "").rstrip("/").lower()  # where archived copies are shown, and nothing else
WSGI_APPLICATION = "vetting.wsgi.application"
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
            "builtins": ["vetting.templatetags.vetting"],
        },
    }
]

# Data
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 3, "socket_connect_timeout": 2},  # no page hangs on a Redis that is silent
    },
}

# Accounts
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_COOKIE_AGE = 12 * 60 * 60

# Mail: digests for reviewers; without a server nothing is sent
SITE_URL = env.text("SITE_URL", "")
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "election-vetting@localhost")

# Browser
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Words and files
LANGUAGE_CODE = "en"
LANGUAGES = [(code, code) for code in env.listing("UI_LANGUAGES", "en")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG and not DEMO
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or DEMO
MEDIA_ROOT = VAR_DIR / "media"

# REST
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_VERSIONING_CLASS": None,
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "vetting.api.errors.problem",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Election vetting",
    "DESCRIPTION": "Published records about the candidates of elections, and the risk profile of each.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# Links
LINKS_CONTACT = env.text("LINKS_CONTACT", "https://localhost/")
LINKS_USER_AGENT = f"CandidateVettingLinkBot/1.0 (+{LINKS_CONTACT})"
LINKS_ALLOW = env.listing("LINKS_ALLOW")  # HOST:PORT pairs exempt from the address rule, for tests
LINKS_RESOLVE = env.listing("LINKS_RESOLVE")  # NAME=ADDRESS pairs (*.NAME=ADDRESS too), for tests
LINKS_OWN_ADDRESSES = env.listing("LINKS_OWN_ADDRESSES")  # public addresses that lead back to us
LINKS_ROBOTS = env.flag("LINKS_ROBOTS", default=True)
LINKS_SECOND_LOOK = env.flag("LINKS_SECOND_LOOK", default=True)  # learn which lines of a page change with every visit
LINKS_RULES = env.pairs("LINKS_RULES")  # how much evidence a change of state takes; what is not named stays
LINKS_SCHEDULE = env.pairs("LINKS_SCHEDULE")
LINKS_CANARIES = env.text("LINKS_CANARIES", "")  # pages whose words are known: ADDRESS | WORDS; …
LINKS_SWEEPERS = env.number("LINKS_SWEEPERS", 4)  # most batches at a time, of all workers together

# The archive of what link checks brought
ARCHIVE_DIR = VAR_DIR / "archive"
ARCHIVE_BUCKET = env.text("ARCHIVE_BUCKET", "")  # the name of a bucket of S3, instead of the folder
if ARCHIVE_BUCKET:
    STORAGES["archive"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": ARCHIVE_BUCKET, "file_overwrite": False, "querystring_auth": False},
    }
ARCHIVE_TIMESTAMPS = env.listing("ARCHIVE_TIMESTAMPS")  # NAME=ADDRESS of authorities (RFC 3161)
ARCHIVE_TIMESTAMP_CERTIFICATES = env.text("ARCHIVE_TIMESTAMP_CERTIFICATES", "")  # a file with their roots (PEM)
WAYBACK = "Wayback Machine | wayback=https://web.archive.org/web | cdx=https://web.archive.org/cdx/search/cdx"
WEB_ARCHIVES = env.text("WEB_ARCHIVES", "") or WAYBACK  # where copies of lost links are looked for

# Celery: PostgreSQL holds the schedule and the state; a lost message costs a minute, never a link
VISIBILITY_TIMEOUT = 300
CELERY_BROKER_URL = env.broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_TIMEOUT,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    "health_check_interval": 25,
}
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_TIMEOUT
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ROUTES = {
    "links.read": {"queue": "reading"},
    "links.*": {"queue": "links"},
    "vetting.*": {"queue": "vetting"},
}
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 10)
CELERY_BEAT_SCHEDULE = {
    "links-tick": {
        "task": "links.tick",
        "schedule": schedule(SWEEP_SECONDS),
        "options": {"expires": 60},
    },
    "links-copies": {
        "task": "links.copies",
        "schedule": schedule(60),
        "options": {"expires": 60},
    },
    "links-seal": {
        "task": "links.seal",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "links-chain": {
        "task": "links.chain",
        "schedule": schedule(3600),
        "options": {"expires": 3600},
    },
    "links-audit": {
        "task": "links.audit",
        "schedule": schedule(300),
        "options": {"expires": 300},
    },
    "links-reconcile": {
        "task": "links.reconcile",
        "schedule": schedule(3600),
        "options": {"expires": 3600},
    },
    "links-digest": {
        "task": "links.digest",
        "schedule": schedule(3600),
        "options": {"expires": 3600},
    },
    "vetting-reassess": {
        "task": "vetting.reassess_due",
        "schedule": schedule(300),
        "options": {"expires": 300},
    },
    "vetting-freeze": {
        "task": "vetting.freeze_due",
        "schedule": schedule(300),
        "options": {"expires": 300},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
}
