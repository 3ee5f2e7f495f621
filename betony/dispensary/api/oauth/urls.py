"""Addresses of OAuth below /api/oauth/ and, for clients that know them there, below /oauth/."""

from django.urls import path

from betony.dispensary.api.oauth import views

urlpatterns = [
    path("oauth/authorize", views.authorize, name="authorize"),
    path("oauth/token", views.token, name="token"),
    path("oauth/revoke", views.revoke, name="revoke"),
]
