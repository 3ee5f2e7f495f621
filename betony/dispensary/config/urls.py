"""Every address of the dispensary."""

from django.urls import URLPattern, URLResolver, include, path

from betony.dispensary.config import errors
from betony.kit import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("ui-components/", include("betony.kit.ui.urls")),
    path("api/", include("betony.dispensary.api.urls")),
    path("", include("betony.dispensary.api.oauth.urls")),
    path("", include("betony.dispensary.accounts.urls")),
    path("", include("betony.dispensary.practices.urls")),
    path("", include("betony.dispensary.back_office.joining.urls")),
    path("", include("betony.dispensary.developers.urls")),
    path("", include("betony.dispensary.catalog.urls")),
    path("", include("betony.dispensary.storefront.urls")),
    path("", include("betony.dispensary.back_office.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
