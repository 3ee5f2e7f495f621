"""Addresses of prescriptions, under /fullscript/."""

from django.urls import path

from betony.clinic.prescriptions.views import (
    agreement,
    changing,
    confirming,
    connecting,
    draft,
    linking,
    prescription,
    product,
    products,
    webhooks,
    writer,
)

app_name = "fullscript"

urlpatterns = [
    path("connect/", connecting.connect_user, name="connect_user"),
    path("connect/<uuid:patient_id>/", connecting.connect_user, name="connect_user"),
    path("connection/<uuid:patient_id>/", connecting.show_connection, name="show_connection"),
    path("callback/", connecting.complete_connection, name="complete_connection"),
    path("reset/", connecting.reset_user, name="reset_user"),
    path("agreement/", agreement.show_agreement, name="show_agreement"),
    path("sync/", agreement.sync_now, name="sync_now"),
    path("waiting/", agreement.list_waiting, name="list_waiting"),
    path("webhooks/us/", webhooks.receive_webhook, {"environment": "us"}, name="receive_webhook"),
    path("webhooks/ca/", webhooks.receive_webhook, {"environment": "ca"}, name="receive_webhook"),
    path("writer/<uuid:patient_id>/", writer.open_writer, name="open_writer"),
    path("writer/<uuid:patient_id>/set-up/", writer.set_up_patient, name="set_up_patient"),
    path("writer/<uuid:patient_id>/link/", writer.show_link, name="show_link"),
    path(
        "writer/<uuid:patient_id>/practitioners/", writer.refresh_practitioners, name="refresh_practitioners"
    ),
    path("writer/<uuid:patient_id>/practitioner/", writer.choose_practitioner, name="choose_practitioner"),
    path("writer/<uuid:patient_id>/history/", writer.show_history, name="show_history"),
    path("writer/<uuid:patient_id>/products/", products.search_products, name="search_products"),
    path("writer/<uuid:patient_id>/brands/", products.list_brands, name="list_brands"),
    path("writer/<uuid:patient_id>/categories/", products.list_categories, name="list_categories"),
    path("writer/<uuid:patient_id>/products/<str:product_id>/", product.show_product, name="show_product"),
    path(
        "writer/<uuid:patient_id>/products/<str:product_id>/check/",
        product.check_directions,
        name="check_directions",
    ),
    path("patients/<uuid:patient_id>/panel/", writer.show_panel, name="show_panel"),
    path("patients-to-confirm/", confirming.confirm_patients, name="confirm_patients"),
    path("patients-to-confirm/matching/", confirming.show_matching, name="show_matching"),
    path("candidates/<uuid:candidate_id>/answer/", confirming.answer_question, name="answer_question"),
    path("links/<uuid:link_id>/give-email/", confirming.give_email, name="give_email"),
    path("links/<uuid:link_id>/change-email/", linking.change_email, name="change_email"),
    path("links/<uuid:link_id>/unlink/", linking.unlink_patient, name="unlink_patient"),
    path("links/<uuid:link_id>/link-again/", linking.link_patient_again, name="link_patient_again"),
    path("links/<uuid:link_id>/update-email/", linking.update_email, name="update_email"),
    path("links/<uuid:link_id>/keep-email/", linking.keep_email, name="keep_email"),
    path("items/<uuid:item_id>/change/", draft.change_product, name="change_product"),
    path("items/<uuid:item_id>/remove/", draft.remove_product, name="remove_product"),
    path("items/<uuid:item_id>/move/", draft.move_product, name="move_product"),
    path("prescriptions/<uuid:prescription_id>/", prescription.show_prescription, name="show_prescription"),
    path("prescriptions/<uuid:prescription_id>/draft/", draft.show_draft, name="show_draft"),
    path("prescriptions/<uuid:prescription_id>/message/", draft.keep_message, name="keep_message"),
    path("prescriptions/<uuid:prescription_id>/reasons/", draft.keep_reasons, name="keep_reasons"),
    path("prescriptions/<uuid:prescription_id>/save/", draft.save_prescription, name="save_prescription"),
    path("prescriptions/<uuid:prescription_id>/outcome/", draft.show_outcome, name="show_outcome"),
    path("prescriptions/<uuid:prescription_id>/discard/", draft.discard_draft, name="discard_draft"),
    path(
        "prescriptions/<uuid:prescription_id>/try-again/",
        prescription.try_prescription_again,
        name="try_prescription_again",
    ),
    path("prescriptions/<uuid:prescription_id>/change/", changing.begin_change, name="begin_change"),
    path(
        "prescriptions/<uuid:prescription_id>/cancel/",
        changing.cancel_prescription,
        name="cancel_prescription",
    ),
    path("changes/<uuid:change_id>/outcome/", changing.show_change_outcome, name="show_change_outcome"),
    path("changes/<uuid:change_id>/try-again/", prescription.try_change_again, name="try_change_again"),
    path("prescriptions/<uuid:prescription_id>/checkout/", prescription.open_checkout, name="open_checkout"),
]
