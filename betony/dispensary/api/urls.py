"""Every address below /api/. Each part keeps its own list; the last line answers what nobody has made."""

from django.urls import URLPattern, URLResolver, include, re_path

from betony.dispensary.api.frame import routing

urlpatterns: list[URLPattern | URLResolver] = [
    re_path("", include("betony.dispensary.api.catalog.urls")),
    re_path("", include("betony.dispensary.api.oauth.urls")),
    re_path("", include("betony.dispensary.api.practice.urls")),
    re_path("", include("betony.dispensary.api.trade.urls")),
    re_path(r"^(?P<rest>.*)$", routing.unknown_address),
]
