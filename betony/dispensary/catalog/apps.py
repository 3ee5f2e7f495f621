from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "betony.dispensary.catalog"
    label = "dispensary_catalog"
