from django.apps import AppConfig


class TreatmentPlansConfig(AppConfig):
    name = "betony.dispensary.treatment_plans"
    label = "dispensary_treatment_plans"
