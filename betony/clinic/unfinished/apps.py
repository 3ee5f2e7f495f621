from django.apps import AppConfig


class UnfinishedConfig(AppConfig):
    name = "betony.clinic.unfinished"
    label = "clinic_unfinished"
