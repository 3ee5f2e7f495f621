"""The clinic's settings: values come from the environment, and a bad one stops the start."""

from django.utils.translation import gettext_lazy as _

from betony.kit import environment, logs, server

BETONY_ENV = environment.choice("BETONY_ENV", server.ENVIRONMENTS, "demo")
BETONY_SERVER = "clinic"
CLINIC_PORT = environment.number("BETONY_CLINIC_PORT", 8000, least=1, most=65535)
BETONY_PUBLIC_URL = environment.web_address(
    "BETONY_CLINIC_URL", f"http://localhost:{CLINIC_PORT}", needs_tls=BETONY_ENV == "production"
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
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "betony.kit.jobs",
    "betony.kit.audit",
    "betony.kit.rate_limits",
    "betony.kit.ui",
    "betony.clinic.accounts",
    "betony.clinic.unfinished",
    "betony.clinic.practice",
    "betony.clinic.patients",
    "betony.clinic.health_record",
    "betony.clinic.prescriptions",
    "betony.clinic.workspace",
    "betony.clinic.config",
]

MIDDLEWARE = [
    "betony.kit.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "betony.kit.requests.OneHostMiddleware",
    "betony.kit.requests.ReadableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "betony.kit.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "betony.kit.ui.toasts.ToastsMiddleware",
    "betony.clinic.accounts.middleware.ActorMiddleware",
    "betony.clinic.practice.workplaces.PlaceMiddleware",
    "betony.clinic.unfinished.middleware.UnfinishedFormMiddleware",
    "betony.kit.routes.RouteMiddleware",
]

ROOT_URLCONF = "betony.clinic.config.urls"
WSGI_APPLICATION = "betony.clinic.config.wsgi.application"
TEMPLATES = server.templates(
    [
        "betony.clinic.config.navigation.navigation",
        "betony.clinic.workspace.notices.context.inbox",
        "betony.clinic.workspace.palette.button",
        "betony.clinic.unfinished.offering.unfinished",
    ]
)
COTTON_DIR = "cotton"

DATABASES = server.databases("CLINIC")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = server.caches()
BETONY_ORGANIZATION_MODEL = "clinic_accounts.Organization"

# Read before an organization is known, or the same for all of them; a test compares this with the database.
BETONY_TABLES_WITHOUT_TENANT = {
    "clinic_accounts_user",
    "clinic_accounts_organization",
    "clinic_accounts_membership",
    "clinic_accounts_invitation",
    "clinic_accounts_staffsession",
    "clinic_prescriptions_dispensaryroute",
    "clinic_prescriptions_webhookenvelope",
    "clinic_prescriptions_knowningredient",
    "clinic_prescriptions_knownsubstance",
    "clinic_prescriptions_knownvariant",
    "kit_rate_limits_counter",
    "kit_cache",
    "django_migrations",
    "django_session",
    "django_content_type",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "account_emailaddress",
    "account_emailconfirmation",
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
}
# The only functions that look past row-level security; each takes the organization from the setting.
BETONY_SEARCH_FUNCTIONS: set[str] = {"clinic_patients_search"}

AUTH_USER_MODEL = "clinic_accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = server.PASSWORD_HASHERS
AUTH_PASSWORD_VALIDATORS = server.PASSWORD_VALIDATORS
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
BETONY_SIGNED_OUT_FORM = "betony.clinic.accounts.views.doors.answer_signed_out_form"
ACCOUNT_ADAPTER = "betony.clinic.accounts.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "sign_in"
# Ours (accounts.actions.sign_in) lock a network and an email together, never the person everywhere.
ACCOUNT_RATE_LIMITS = False
PASSWORD_RESET_TIMEOUT = 60 * 60

# Longer than any sign-in lasts: accounts.middleware ends sessions before.
SESSION_COOKIE_AGE = 13 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "betony.clinic.config.errors.csrf_failure"
MESSAGE_STORAGE = "betony.kit.ui.toasts.SealedToasts"

DEFAULT_FROM_EMAIL = environment.text("BETONY_CLINIC_MAIL_FROM", "Betony <no-reply@clinic.betony.example>")

DISPENSARY_PORT = environment.number("BETONY_DISPENSARY_PORT", 8001, least=1, most=65535)
_DEMO_DISPENSARY = environment.web_address("BETONY_DISPENSARY_URL", f"http://localhost:{DISPENSARY_PORT}")
_DEMO_APPLICATIONS = {"US": "betony-clinic", "CA": "betony-clinic-ca"}
_FULLSCRIPT = {
    "api_url": "API_URL", "web_url": "WEB_URL", "client_id": "CLIENT_ID", "client_secret": "CLIENT_SECRET",
    "webhook_secret": "WEBHOOK_SECRET", "challenge_token": "CHALLENGE_TOKEN",
}  # fmt: skip


def _fullscript(country: str) -> dict[str, str]:
    """Return where the dispensary of this country is and how the clinic names itself to it.

    In production nothing of it is taken from the demo: all of it is given, or none, and then every value is empty and
    nobody of this country can connect.
    """
    prefix, is_production = f"BETONY_FULLSCRIPT_{country}_", BETONY_ENV == "production"
    if is_production and not any(environment.text(prefix + name, "") for name in _FULLSCRIPT.values()):
        return dict.fromkeys(_FULLSCRIPT, "")

    def value(name: str) -> str:
        if name.endswith("_URL"):
            default = None if is_production else _DEMO_DISPENSARY
            return environment.web_address(prefix + name, default, needs_tls=is_production)
        kind = name.removesuffix("_TOKEN").lower().replace("_", "-")
        found = environment.text(
            prefix + name, None if is_production else f"{_DEMO_APPLICATIONS[country]}-{kind}"
        )
        known = {f"{one}-{kind}" for one in (*_DEMO_APPLICATIONS.values(), "betony-sandbox")}
        if is_production and known & set(environment.parts(found)):
            raise environment.BadSetting(f"{prefix}{name} must not be the demo's.")
        return found

    return {key: value(name) for key, name in _FULLSCRIPT.items()}


# What makes the dispensary's client; tests put their verified fake here.
BETONY_DISPENSARY_CLIENT = "betony.clinic.prescriptions.dispensary.client.HttpDispensary"
BETONY_FULLSCRIPT = {"us": _fullscript("US"), "ca": _fullscript("CA")}

# Product pictures stand at the dispensary, and the in-office checkout leads there.
BETONY_PICTURE_ORIGINS = sorted(
    {one[key] for one in BETONY_FULLSCRIPT.values() for key in ("web_url", "api_url") if one[key]}
)
CONTENT_SECURITY_POLICY = server.content_security_policy(
    form_targets=sorted({one["web_url"] for one in BETONY_FULLSCRIPT.values() if one["web_url"]}),
    picture_sources=BETONY_PICTURE_ORIGINS,
)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr-ca", _("French (Canada)"))]
LOCALE_PATHS = [server.CATALOGUES]
USE_TZ = True
TIME_ZONE = "UTC"
# None yet: the portal will be. Whoever works at a clinic reads English so far.
BETONY_TRANSLATED_DOORS = ()

BETONY_SUBSCRIPTIONS = "betony.clinic.config.subscriptions.SUBSCRIPTIONS"
PROCRASTINATE_IMPORT_PATHS = ["betony.clinic.config.schedule"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

# What is the same on both servers: hosts, cookies and TLS, mail, static files.
for _shared in (
    server.browsers(BETONY_SERVER, BETONY_PUBLIC_URL, BETONY_ENV, proxies=BETONY_PROXIES),
    server.mail(BETONY_ENV),
    server.static_files(BETONY_SERVER, BETONY_ENV),
):
    globals().update(_shared)

LOGGING = logs.configure()
