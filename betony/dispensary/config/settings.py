"""The dispensary's settings: values come from the environment, and a bad one stops the start."""

from django.utils.translation import gettext_lazy as _

from betony.kit import environment, logs, server

BETONY_ENV = environment.choice("BETONY_ENV", server.ENVIRONMENTS, "demo")
BETONY_SERVER = "dispensary"
DISPENSARY_PORT = environment.number("BETONY_DISPENSARY_PORT", 8001, least=1, most=65535)
BETONY_PUBLIC_URL = environment.web_address(
    "BETONY_DISPENSARY_URL", f"http://localhost:{DISPENSARY_PORT}", needs_tls=BETONY_ENV == "production"
)

DEBUG = False
SECRET_KEY = server.secret_key(BETONY_ENV)
BETONY_KEY_RING = server.key_ring(BETONY_ENV)
BETONY_PROXIES = environment.number("BETONY_PROXIES", 0, most=5)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "betony.kit.jobs",
    "betony.kit.audit",
    "betony.kit.rate_limits",
    "betony.kit.ui",
    "betony.dispensary.accounts",
    "betony.dispensary.practices",
    "betony.dispensary.catalog",
    "betony.dispensary.patients",
    "betony.dispensary.webhooks",
    "betony.dispensary.treatment_plans",
    "betony.dispensary.orders",
    "betony.dispensary.api",
    "betony.dispensary.storefront",
    "betony.dispensary.back_office",
    "betony.dispensary.developers",
    "betony.dispensary.config",
]

MIDDLEWARE = [
    "betony.kit.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "betony.kit.requests.OneHostMiddleware",
    "betony.kit.requests.ReadableMiddleware",
    "betony.dispensary.storefront.doors.DoorSessionMiddleware",
    "betony.kit.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "betony.dispensary.accounts.middleware.ActorMiddleware",
    "betony.dispensary.storefront.doors.ShopActorMiddleware",
    "betony.kit.routes.RouteMiddleware",
]

ROOT_URLCONF = "betony.dispensary.config.urls"
WSGI_APPLICATION = "betony.dispensary.config.wsgi.application"
TEMPLATES = server.templates(["betony.dispensary.config.navigation.navigation"])
COTTON_DIR = "cotton"

DATABASES = server.databases("DISPENSARY")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = server.caches()
BETONY_ORGANIZATION_MODEL = "dispensary_accounts.Organization"

# Read before an organization is known, or the same for all of them; a test compares this with the database.
BETONY_TABLES_WITHOUT_TENANT = {
    "dispensary_accounts_user",
    "dispensary_accounts_organization",
    "dispensary_accounts_application",
    "dispensary_accounts_integration",
    "dispensary_accounts_grant",
    "dispensary_accounts_authorizationcode",
    "dispensary_accounts_tokenpair",
    "dispensary_practices_practitionertype",
    "dispensary_catalog_allergen",
    "dispensary_catalog_brand",
    "dispensary_catalog_certification",
    "dispensary_catalog_ingredient",
    "dispensary_catalog_product",
    "dispensary_catalog_product_certifications",
    "dispensary_catalog_product_free_of",
    "dispensary_catalog_product_supplement_types",
    "dispensary_catalog_productingredient",
    "dispensary_catalog_supplementtype",
    "dispensary_catalog_variant",
    "dispensary_webhooks_endpoint",
    "kit_rate_limits_counter",
    "kit_cache",
    "django_migrations",
    "django_session",
    "django_content_type",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}
# The only functions that look past row-level security; each takes the organization from the setting.
BETONY_SEARCH_FUNCTIONS: set[str] = {"dispensary_patients_search"}

AUTH_USER_MODEL = "dispensary_accounts.User"
AUTHENTICATION_BACKENDS = ["betony.dispensary.accounts.backend.PracticeBackend"]
PASSWORD_HASHERS = server.PASSWORD_HASHERS
AUTH_PASSWORD_VALIDATORS = server.PASSWORD_VALIDATORS
# Of several with one email at most one has confirmed it; accounts/backend.py looks at the others too.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60  # the links in invitations
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"

CONTENT_SECURITY_POLICY = server.content_security_policy(form_targets=[])
CSRF_FAILURE_VIEW = "betony.dispensary.config.errors.csrf_failure"
MESSAGE_STORAGE = "betony.kit.ui.toasts.SealedToasts"

DEFAULT_FROM_EMAIL = environment.text(
    "BETONY_DISPENSARY_MAIL_FROM", "Betony Dispensary <no-reply@dispensary.betony.example>"
)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr-ca", _("French (Canada)"))]
LOCALE_PATHS = [server.CATALOGUES]
USE_TZ = True
TIME_ZONE = "UTC"
# The patients' doors; whoever works at a practice reads English so far.
BETONY_TRANSLATED_DOORS = ("/shop/", "/welcome/")

BETONY_SUBSCRIPTIONS = "betony.dispensary.config.subscriptions.SUBSCRIPTIONS"
PROCRASTINATE_IMPORT_PATHS = ["betony.dispensary.config.schedule"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

# The API tells what is wrong with values as a text that holds a JSON list, as Fullscript does, or as a list.
BETONY_API_VALIDATION_ERRORS = environment.choice("BETONY_API_VALIDATION_ERRORS", ("text", "list"), "text")

# Outgoing webhooks may not reach private networks; the demo talks to this machine.
BETONY_WEBHOOK_ALLOWED_HOSTS = environment.words(
    "BETONY_WEBHOOK_ALLOWED_HOSTS", "localhost,127.0.0.1" if BETONY_ENV != "production" else ""
)

# What is the same on both servers: hosts, cookies and TLS, mail, static files.
for _shared in (
    server.browsers(BETONY_SERVER, BETONY_PUBLIC_URL, BETONY_ENV, proxies=BETONY_PROXIES),
    server.mail(BETONY_ENV),
    server.static_files(BETONY_SERVER, BETONY_ENV),
):
    globals().update(_shared)

LOGGING = logs.configure()
