"""The gallery of components, included by both servers."""

from django.urls import path

from betony.kit.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("menu/", views.gallery_menu, name="gallery_menu"),
    path("dialog/", views.gallery_dialog, name="gallery_dialog"),
    path("results/", views.gallery_results, name="gallery_results"),
]
