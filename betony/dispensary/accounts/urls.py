"""Addresses of signing in and of connected applications."""

from django.urls import path

from betony.dispensary.accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("connected-applications/", views.connected_applications, name="connected_applications"),
    path(
        "connected-applications/<uuid:grant_id>/disconnect/", views.disconnect, name="disconnect_application"
    ),
]
