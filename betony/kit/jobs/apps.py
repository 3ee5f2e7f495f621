from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "betony.kit.jobs"
    label = "kit_jobs"
