"""Addresses of the patients' door. Everything is below /shop/ or /welcome/: see doors.py."""

from django.urls import path

from betony.dispensary.storefront.views import buying, door, language, plans

app_name = "shop"

urlpatterns = [
    path("welcome/<slug:slug>", door.welcome),
    path("welcome/<slug:slug>/", door.welcome, name="welcome"),
    path("welcome/<slug:slug>/<str:token>", door.invitation, name="invitation"),
    path("welcome/<slug:slug>/<str:token>/", door.invitation),
    path("shop/<slug:slug>/", door.welcome, name="home"),
    path("shop/<slug:slug>/sign-in/", door.sign_in, name="sign_in"),
    path("shop/<slug:slug>/sign-out/", door.sign_out, name="sign_out"),
    path("shop/<slug:slug>/language/", language.choose, name="language"),
    path("shop/<slug:slug>/password/", door.ask_for_link, name="ask_for_link"),
    path("shop/<slug:slug>/password/<str:token>/", door.choose_password, name="choose_password"),
    path("shop/<slug:slug>/plans/", plans.list_plans, name="plans"),
    path("shop/<slug:slug>/plans/<uuid:plan_id>/", plans.show_plan, name="plan"),
    path("shop/<slug:slug>/plans/<uuid:plan_id>/cart/", plans.add_to_cart, name="add_to_cart"),
    path("shop/<slug:slug>/cart/", buying.cart, name="cart"),
    path("shop/<slug:slug>/checkout/", buying.checkout, name="checkout"),
    path("shop/<slug:slug>/orders/", buying.list_orders, name="orders"),
    path("shop/<slug:slug>/orders/<str:number>/", buying.show_order, name="order"),
]
