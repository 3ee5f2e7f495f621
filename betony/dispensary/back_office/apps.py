from django.apps import AppConfig


class BackOfficeConfig(AppConfig):
    name = "betony.dispensary.back_office"
    label = "dispensary_back_office"
