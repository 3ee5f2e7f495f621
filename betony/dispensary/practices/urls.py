"""Addresses of the people of a practice."""

from django.urls import path

from betony.dispensary.practices import views

app_name = "practices"

urlpatterns = [path("join/<uuid:user_id>/<str:token>/", views.join, name="join")]
