from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "betony.dispensary.webhooks"
    label = "dispensary_webhooks"
