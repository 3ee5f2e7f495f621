from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "betony.dispensary.api"
    label = "dispensary_api"
