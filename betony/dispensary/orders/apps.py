from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "betony.dispensary.orders"
    label = "dispensary_orders"
