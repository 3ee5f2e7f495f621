from django.apps import AppConfig


class RateLimitsConfig(AppConfig):
    name = "betony.kit.rate_limits"
    label = "kit_rate_limits"
