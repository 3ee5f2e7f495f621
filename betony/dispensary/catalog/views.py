"""The pictures of packs: public, the same for everybody, kept by browsers for a day."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from betony.dispensary.catalog import pictures, queries
from betony.kit import routes

_ONE_DAY = 86_400


@routes.public
@require_safe
def picture(request: HttpRequest, variant_id: UUID, size: str) -> HttpResponse:
    """The picture of a variant's pack in one of three sizes."""
    pack = queries.pack(variant_id)
    if pack is None:
        raise Http404
    response = HttpResponse(pictures.draw(pack, size=size), content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=_ONE_DAY)
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
