from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "betony.clinic.practice"
    label = "clinic_practice"
