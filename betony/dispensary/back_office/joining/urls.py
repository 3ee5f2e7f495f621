"""Address of the page that opens a dispensary."""

from django.urls import path

from betony.dispensary.back_office.joining import views

urlpatterns = [path("create-dispensary/", views.create_dispensary, name="create_dispensary")]
