from django.apps import AppConfig


class DevelopersConfig(AppConfig):
    name = "betony.dispensary.developers"
    label = "dispensary_developers"
