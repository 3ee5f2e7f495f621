from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "betony.dispensary.practices"
    label = "dispensary_practices"
