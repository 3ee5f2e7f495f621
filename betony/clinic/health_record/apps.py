from django.apps import AppConfig


class HealthRecordConfig(AppConfig):
    name = "betony.clinic.health_record"
    label = "clinic_health_record"
