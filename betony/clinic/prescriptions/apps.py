from django.apps import AppConfig


class PrescriptionsConfig(AppConfig):
    name = "betony.clinic.prescriptions"
    label = "clinic_prescriptions"
