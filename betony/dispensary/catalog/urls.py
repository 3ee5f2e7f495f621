"""The public addresses of the catalogue: the pictures of its packs."""

from django.urls import path, register_converter

from betony.dispensary.catalog import pictures, views


class PictureSize:
    """The sizes a picture comes in."""

    regex = "|".join(pictures.PIXELS)

    def to_python(self, value: str) -> str:
        """The size as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """The size as it stands in the address."""
        return value


register_converter(PictureSize, "picture_size")

urlpatterns = [
    path("assets/products/<uuid:variant_id>-<picture_size:size>.svg", views.picture, name="catalog-picture"),
]
