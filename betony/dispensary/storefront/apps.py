from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "betony.dispensary.storefront"
    label = "dispensary_storefront"
