"""Addresses of the practice's pages."""

from django.urls import path

from betony.dispensary.back_office.views import buying, favourites, patients, plans, products

app_name = "back_office"

urlpatterns = [
    path("patients/", patients.list_patients, name="patients"),
    path("patients/add/", patients.add_patient, name="add_patient"),
    path("patients/<uuid:patient_id>/", patients.show_patient, name="patient"),
    path("patients/<uuid:patient_id>/edit/", patients.edit_patient, name="edit_patient"),
    path("patients/<uuid:patient_id>/archive/", patients.archive_patient, name="archive_patient"),
    path("patients/<uuid:patient_id>/restore/", patients.restore_patient, name="restore_patient"),
    path("patients/<uuid:patient_id>/plans/new/", plans.new_plan, name="new_plan"),
    path("plans/", plans.list_plans, name="plans"),
    path("plans/<uuid:plan_id>/", plans.show_plan, name="plan"),
    path("plans/<uuid:plan_id>/products/add/", plans.add_product, name="add_product"),
    path("plans/<uuid:plan_id>/products/<int:position>/remove/", plans.remove_product, name="remove_product"),
    path("plans/<uuid:plan_id>/message/", plans.save_message, name="save_message"),
    path("plans/<uuid:plan_id>/activate/", plans.activate_plan, name="activate_plan"),
    path("plans/<uuid:plan_id>/cancel/", plans.cancel_plan, name="cancel_plan"),
    path("plans/<uuid:plan_id>/in-office-checkout/", plans.start_checkout, name="start_checkout"),
    path("o/patients/<int:number>/checkout", buying.checkout, name="checkout"),
    path("orders/<uuid:order_id>/", buying.show_order, name="order"),
    path("products/", products.list_products, name="products"),
    path("products/<uuid:product_id>/permission/", products.set_permission, name="set_permission"),
    path("favourites/", favourites.list_categories, name="favourites"),
    path("favourites/<uuid:category_id>/", favourites.show_category, name="category"),
    path("favourites/<uuid:category_id>/rename/", favourites.rename_category, name="rename_category"),
    path("favourites/<uuid:category_id>/remove/", favourites.remove_category, name="remove_category"),
    path("favourites/<uuid:category_id>/products/", favourites.change_products, name="change_products"),
]
