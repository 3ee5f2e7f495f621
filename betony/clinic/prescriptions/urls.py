"""Addresses of prescriptions, under /fullscript/."""

from django.urls import path

from betony.clinic.prescriptions.views import (
    agreement,
    changing,
    connecting,
    draft,
    prescription,
    products,
    webhooks,
    writer,
)

app_name = "fullscript"

urlpatterns = [
    path("connect/", connecting.connect, name="connect"),
    path("connect/<uuid:patient_id>/", connecting.connect, name="connect_for"),
    path("callback/", connecting.callback, name="callback"),
    path("reset/", connecting.reset, name="reset"),
    path("agreement/", agreement.line, name="agreement"),
    path("sync/", agreement.sync_now, name="sync_now"),
    path("waiting/", agreement.waiting, name="waiting"),
    path("webhooks/us/", webhooks.receive, {"environment": "us"}, name="webhooks_us"),
    path("webhooks/ca/", webhooks.receive, {"environment": "ca"}, name="webhooks_ca"),
    path("writer/<uuid:patient_id>/", writer.writer, name="writer"),
    path("writer/<uuid:patient_id>/set-up/", writer.set_up, name="set_up"),
    path("writer/<uuid:patient_id>/link/", writer.link, name="link"),
    path("writer/<uuid:patient_id>/practitioners/", writer.practitioners, name="practitioners"),
    path("writer/<uuid:patient_id>/practitioner/", writer.choose_practitioner, name="choose_practitioner"),
    path("writer/<uuid:patient_id>/history/", writer.history, name="history"),
    path("writer/<uuid:patient_id>/products/", products.search, name="products"),
    path("writer/<uuid:patient_id>/brands/", products.brands, name="brands"),
    path("writer/<uuid:patient_id>/categories/", products.categories, name="categories"),
    path("writer/<uuid:patient_id>/products/<str:product_id>/", products.product, name="product"),
    path("patients/<uuid:patient_id>/panel/", writer.panel, name="panel"),
    path("items/<uuid:item_id>/change/", draft.change, name="change"),
    path("items/<uuid:item_id>/remove/", draft.remove, name="remove"),
    path("items/<uuid:item_id>/move/", draft.move, name="move"),
    path("prescriptions/<uuid:prescription_id>/", prescription.view, name="view"),
    path("prescriptions/<uuid:prescription_id>/message/", draft.message, name="message"),
    path("prescriptions/<uuid:prescription_id>/reasons/", draft.acknowledge, name="acknowledge"),
    path("prescriptions/<uuid:prescription_id>/save/", draft.save, name="save"),
    path("prescriptions/<uuid:prescription_id>/outcome/", draft.outcome, name="outcome"),
    path("prescriptions/<uuid:prescription_id>/discard/", draft.discard, name="discard"),
    path("prescriptions/<uuid:prescription_id>/try-again/", draft.try_again, name="try_again"),
    path("prescriptions/<uuid:prescription_id>/change/", changing.begin, name="begin_change"),
    path("prescriptions/<uuid:prescription_id>/cancel/", changing.cancel, name="cancel"),
    path("changes/<uuid:change_id>/outcome/", changing.outcome, name="change_outcome"),
    path("changes/<uuid:change_id>/try-again/", changing.try_again, name="try_change_again"),
    path("prescriptions/<uuid:prescription_id>/checkout/", prescription.check_out, name="check_out"),
]
