"""Django's settings of identity-svc, from the environment."""

from identity_svc.environment import Environment

ENVIRONMENT = Environment()

DEBUG = False
SECRET_KEY = ENVIRONMENT.django_secret_key.get_secret_value()
ROOT_URLCONF = "identity_svc.urls"
DATABASES = {"default": ENVIRONMENT.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Europe/Rome"
LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano"), ("en", "English")]

# PinnedOrigin gives every request this host: whatever Host arrives is not looked at.
ALLOWED_HOSTS = [ENVIRONMENT.origin.hostname or ""]
PUBLIC_HOST = ENVIRONMENT.origin.netloc
PUBLIC_SCHEME = ENVIRONMENT.origin.scheme
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.origin.geturl()]
OVER_TLS = PUBLIC_SCHEME == "https"
SECURE_HSTS_SECONDS = 31_536_000 if OVER_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The API reference opens the login in a window of its own and waits for its answer: "same-origin" would part the two.
SECURE_CROSS_ORIGIN_OPENER_POLICY = None

# The login pages (/accounts/) and the authorization endpoint (/identity/) share the session: hence the path "/".
SESSION_COOKIE_NAME = "mutua_identity_session"
SESSION_COOKIE_PATH = "/"
SESSION_COOKIE_SECURE = OVER_TLS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "mutua_identity_csrf"
CSRF_COOKIE_PATH = "/"
CSRF_COOKIE_SECURE = OVER_TLS
CSRF_COOKIE_HTTPONLY = True

INSTALLED_APPS = [
    "identity_svc.apps.IdentityConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
]
MIDDLEWARE = [
    "identity_svc.middleware.RequestShell",
    "identity_svc.middleware.PinnedOrigin",
    "django.middleware.security.SecurityMiddleware",
    "identity_svc.middleware.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/identity/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# Authorization codes and rate limits live in the cache: in the database, so that every process sees them. The
# default of 300 entries would throw codes away under load.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "identity_svc.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "first_name", "last_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "identity_svc.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
# The fund states the address when it creates the user: there is nothing to confirm.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Mutua] "
ACCOUNT_FORMS = {
    "login": "identity_svc.forms.LoginForm",
    "reset_password": "identity_svc.forms.ResetPasswordForm",
    "reset_password_from_key": "identity_svc.forms.ResetPasswordKeyForm",
    "change_password": "identity_svc.forms.ChangePasswordForm",
    "reauthenticate": "identity_svc.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "identity_svc.forms.CodeForm",
    "reauthenticate": "identity_svc.forms.ReauthenticateCodeForm",
    "activate_totp": "identity_svc.forms.ActivateCodeForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "reset_password": "20/m/ip,5/m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.trusted_proxy_hops
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "identity_svc.adapter.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Mutua"

EMAIL_HOST = ENVIRONMENT.smtp_host
EMAIL_PORT = ENVIRONMENT.smtp_port
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from

ISSUER = ENVIRONMENT.issuer
AUDIENCE = ENVIRONMENT.audience
IDP_OIDC_ADAPTER = "identity_svc.adapter.TokenAdapter"
IDP_OIDC_PRIVATE_KEY = ENVIRONMENT.identity_signing_key_file.read_text()
IDP_OIDC_ACCESS_TOKEN_FORMAT = "jwt"  # noqa: S105 (a format)
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 15 * 60
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 14 * 86_400
IDP_OIDC_ROTATE_REFRESH_TOKEN = True
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
IDP_OIDC_JWKS_CACHE_CONTROL = 300
IDP_OIDC_RP_INITIATED_LOGOUT_ASKS_FOR_OP_LOGOUT = False

# kit.log configures the logging of every service alike (entrypoints).
LOGGING_CONFIG = None
