from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "betony.dispensary.patients"
    label = "dispensary_patients"
