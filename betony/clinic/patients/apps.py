from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "betony.clinic.patients"
    label = "clinic_patients"
