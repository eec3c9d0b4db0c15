"""Django settings. Site-specific values come from the environment (env.py)."""

from __future__ import annotations

from pathlib import Path

import pghistory
from csp.constants import NONCE
from django.utils.translation import gettext_lazy as _

from layers.core.apps import layer_apps

from .env import BASE, VAR, env, secret
from .release import release

# The release names the static files, which browsers keep for a year: it changes
# whenever one of them does.
RELEASE = env.str("IOC_RELEASE", default="") or release(BASE)

DEBUG = env.bool("IOC_DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
IOC_DEMO = env.bool("IOC_DEMO", default=False)
IOC_BASE_URL = env.str("IOC_BASE_URL", default="http://127.0.0.1:8000")
IOC_BIND = env.str("IOC_BIND", default="127.0.0.1")
IOC_AIS_UDP_PORT = env.int("IOC_AIS_UDP_PORT", default=10110)
IOC_AIS_TCP_PORT = env.int("IOC_AIS_TCP_PORT", default=10110)
IOC_FTP_PORT = env.int("IOC_FTP_PORT", default=2121)
# "first-last" of the passive ports, the address told to clients behind NAT, a PEM
# file for FTPS, and a folder that another server (SFTP) writes station files into.
IOC_FTP_PASSIVE_PORTS = env.str("IOC_FTP_PASSIVE_PORTS", default="")
IOC_FTP_PUBLIC_ADDRESS = env.str("IOC_FTP_PUBLIC_ADDRESS", default="")
IOC_FTP_CERTIFICATE = env.str("IOC_FTP_CERTIFICATE", default="")
IOC_STATION_FOLDER = env.str("IOC_STATION_FOLDER", default="")
# Requests a minute that each sender of VMS positions may make.
IOC_VMS_RATE = env.int("IOC_VMS_RATE", default=600)
# Megabytes (of 1,000,000 bytes) that a file handed in by a person may have.
IOC_UPLOAD_MB = env.float("IOC_UPLOAD_MB", default=20.0)
IOC_TABLES_RATE = env.int("IOC_TABLES_RATE", default=120)
# Tiles: memory for finished ones, a Redis for those that processes share, requests a
# second and at once per caller, schemas and a folder whose contents become sources,
# folders of icons, fonts and styles for foreign maps.
IOC_TILE_CACHE_MB = env.int("IOC_TILE_CACHE_MB", default=128)
IOC_TILE_REDIS_URL = env.str("IOC_TILE_REDIS_URL", default="")
IOC_TILE_RATE = env.int("IOC_TILE_RATE", default=500)
IOC_TILE_BURST = env.int("IOC_TILE_BURST", default=2_000)
IOC_TILE_BASE_PATH = env.str("IOC_TILE_BASE_PATH", default="")
IOC_TILE_ORIGINS = env.list("IOC_TILE_ORIGINS", default=["*"])
IOC_TILE_SCHEMAS = env.list("IOC_TILE_SCHEMAS", default=[])
IOC_TILE_FILES = env.str("IOC_TILE_FILES", default="") or str(VAR / "tiles")
IOC_SPRITES = env.str("IOC_SPRITES", default="")
IOC_FONTS = env.list("IOC_FONTS", default=[])
IOC_STYLES = env.str("IOC_STYLES", default="")
# Hosts inside the house that messages may be sent to (gateways, other systems).
IOC_INTERNAL_HOSTS = env.list("IOC_INTERNAL_HOSTS", default=[])
# Who answers when a push service asks about us (RFC 8292): mailto: or https:, and
# the key that signs pushes, as the launcher makes it or `manage.py vapid` prints it.
IOC_VAPID_SUBJECT = env.str("IOC_VAPID_SUBJECT", default="")
IOC_VAPID_KEY = secret("IOC_VAPID_KEY", needed=False)
IOC_METRICS_PUBLIC = env.bool("IOC_METRICS_PUBLIC", default=False)
# Tracks of vessels: silence in hours that breaks one, by kind of device, and the
# speed in knots that no ship keeps between two fixes (Global Fishing Watch; VMS by
# Decree 26/2019). Seconds that a fix waits for others before its track is settled:
# a device that sends all the time is settled once in so long.
IOC_TRACK_GAP_HOURS = {
    "ais": env.float("IOC_TRACK_GAP_AIS_H", default=8.0),
    "vms": env.float("IOC_TRACK_GAP_VMS_H", default=6.0),
    "manual": env.float("IOC_TRACK_GAP_MANUAL_H", default=12.0),
}
IOC_TRACK_MAX_KN = env.float("IOC_TRACK_MAX_KN", default=50.0)
# An AIS track breaks as well after a silence of so many seconds from which a ship comes
# back off by so many knots from where its courses lead: it may be another ship.
IOC_TRACK_DOUBT_S = env.float("IOC_TRACK_DOUBT_S", default=600.0)
IOC_TRACK_DOUBT_KN = env.float("IOC_TRACK_DOUBT_KN", default=10.0)
IOC_TRACK_PAUSE_S = env.float("IOC_TRACK_PAUSE_S", default=30.0)
# Parameters as JSON objects; names and defaults stand in the folders that use them
# (layers/vessels/ingest/params.py, duties/places.py, duties/outages.py,
# layers/movements/params.py). A GeoJSON of dry land makes ships on land suspect.
IOC_SEGMENT = env.json("IOC_SEGMENT", default={})
IOC_PLACES = env.json("IOC_PLACES", default={})
IOC_OUTAGES = env.json("IOC_OUTAGES", default={})
IOC_MOVEMENTS = env.json("IOC_MOVEMENTS", default={})
IOC_LAND_MASK = env.str("IOC_LAND_MASK", default="")
# Decree 41/2026: positions and tracks are kept for 36 months at least.
IOC_KEEP_MONTHS = env.int("IOC_KEEP_MONTHS", default=36)
# Single values of stations are kept so many months; 0: for ever, as hours and days are.
IOC_STATION_RAW_MONTHS = env.int("IOC_STATION_RAW_MONTHS", default=0)
IOC_DEMO_PASSWORDS_FILE = env.str("IOC_DEMO_PASSWORDS_FILE", default="")
IOC_PROVINCE = env.str("IOC_PROVINCE", default="Thanh Hóa")
# Hosts whose pages (https) walls may show in a pane; nobody else's are framed.
IOC_WALL_WEB_HOSTS = env.list("IOC_WALL_WEB_HOSTS", default=[])
# Office hours of a working day, for legal deadlines that count on it.
IOC_WORKING_HOURS = env.list(
    "IOC_WORKING_HOURS", default=["07:30-11:30", "13:30-17:00"]
)
# Who CAP messages come from: a name that no other system has.
IOC_CAP_SENDER = env.str("IOC_CAP_SENDER", default="gis-ioc")
# Whose name stands at the head of printed documents; empty: the usual ones.
IOC_AUTHORITY = env.str("IOC_AUTHORITY", default="")
IOC_AUTHORITY_ABOVE = env.str("IOC_AUTHORITY_ABOVE", default="")
# Where a new map opens: west, south, east, north in degrees.
IOC_HOME_BBOX = env.list(
    "IOC_HOME_BBOX", cast=float, default=[104.3, 19.2, 107.0, 20.75]
)
VAR_DIR = VAR

ALLOWED_HOSTS = env.list(
    "IOC_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = env.list("IOC_TRUSTED_ORIGINS", default=[])
BEHIND_PROXY = env.bool("IOC_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IOC_BASE_URL.startswith("https://")
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    "django.forms",
    "leaflet",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "pgtrigger",
    "pghistory",
    "django_celery_beat",
    "channels",
    "ninja",
    "gis_ioc.accounts",
    "gis_ioc.wall",
    "gis_ioc.console",
    "gis_ioc.uploads",
    "gis_ioc.mobile",
    "gis_ioc.printing",
    "layers.core",
    "feeds.core",
    "tiles",
    *layer_apps(),
    "gis_ioc.site.AdminConfig",
    "gis_ioc",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "gis_ioc.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gis_ioc.wall.kiosk.middleware.DisplayOnlyMiddleware",
    "gis_ioc.accounts.middleware.GrantMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
    "gis_ioc.refusals.RefusedDataMiddleware",
]

if BEHIND_PROXY:
    MIDDLEWARE.insert(0, "gis_ioc.accounts.middleware.ProxyAddressMiddleware")

ROOT_URLCONF = "gis_ioc.urls"
ASGI_APPLICATION = "gis_ioc.asgi.application"
WSGI_APPLICATION = None
FORMS_URLFIELD_ASSUME_HTTPS = True
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "gis_ioc" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gis_ioc.shell.page_context",
            ],
        },
    },
]

DATABASES = {"default": {**env.db("DATABASE_URL"), "CONN_MAX_AGE": 60}}
DATABASES["default"]["ENGINE"] = "django.contrib.gis.db.backends.postgis"
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ioc",
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "gis_ioc.accounts.adapter.ClosedAdapter"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True

# Letters go out over this server; without one there are none.
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = secret("EMAIL_HOST_PASSWORD", needed=False)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ioc@localhost")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE / "gis_ioc" / "locale"]
FORMAT_MODULE_PATH = ["gis_ioc.formats"]
USE_I18N = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = f"/static/{RELEASE}/"
STATIC_ROOT = VAR / "static" / RELEASE
STATICFILES_DIRS = [BASE / "gis_ioc" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "gis_ioc.finders.NodeModulesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gis_ioc.storage.GzipStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600 if DEBUG else 31_536_000
MEDIA_ROOT = VAR / "media"

SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "style-src": [SELF, "'unsafe-inline'"],
        "script-src": [SELF, NONCE],
        "worker-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "frame-src": [SELF, *(f"https://{host}" for host in IOC_WALL_WEB_HOSTS)],
        "frame-ancestors": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
    },
    "EXCLUDE_URL_PREFIXES": ["/api/v1/docs"],
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

CHANNEL_LAYERS: dict[str, object] = {}

# History knows when a row went away, too.
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

LEAFLET_CONFIG = {
    "DEFAULT_CENTER": (19.9, 105.6),
    "DEFAULT_ZOOM": 9,
    "MIN_ZOOM": 4,
    "MAX_ZOOM": 19,
    "TILES": [],
    "RESET_VIEW": False,
    "SPATIAL_EXTENT": (100, 6, 116, 25),
    "PLUGINS": {"forms": {"js": ["ioc/js/leaflet-ground.js"]}},
}

# Debian 12 ships GDAL 3.6; files are read by pyogrio, which brings its own.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("IOC_LOG", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}

PATHS: dict[str, Path] = {"spool": VAR / "spool", "fixtures": BASE / "fixtures"}
