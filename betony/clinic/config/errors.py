"""The handlers of errors, as the clinic answers them."""

from django.utils.translation import gettext_lazy

from betony.kit.error_pages import ErrorPages

_pages = ErrorPages(
    who_to_ask=gettext_lazy("Nothing was changed. Ask the owner of your practice if you need this."),
)
bad_request = _pages.bad_request
forbidden = _pages.forbidden
not_found = _pages.not_found
server_error = _pages.server_error
csrf_failure = _pages.csrf_failure
