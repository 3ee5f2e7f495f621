"""Which language a page speaks: the visitor's own at the doors that are translated, and English at all others.

A page in two languages at once helps nobody: Django's own words would come in the browser's language beside ours.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

COOKIE_SECONDS = 365 * 24 * 60 * 60


class LanguageMiddleware(LocaleMiddleware):
    """Django's choice (cookie, then browser) at the addresses in settings.BETONY_TRANSLATED_DOORS."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(tuple(settings.BETONY_TRANSLATED_DOORS)):
            super().process_request(request)
            return
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()


def is_spoken(language: str) -> bool:
    """Tell whether a language is one of those that people can choose."""
    return language in dict(settings.LANGUAGES)


def remember(response: HttpResponse, language: str) -> None:
    """Have the browser ask in this language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=COOKIE_SECONDS, httponly=True,
        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
    )  # fmt: skip
