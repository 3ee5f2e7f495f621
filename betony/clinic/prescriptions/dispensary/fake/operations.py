"""The operations of the API that the clinic uses, over the rows in memory."""

import re

from betony.clinic.prescriptions.dispensary.fake import calls, catalogue, lists
from betony.clinic.prescriptions.dispensary.fake.calls import Call, Operation
from betony.clinic.prescriptions.dispensary.fake.state import (
    Json,
    new_id,
)

MOST_RECOMMENDATIONS = 500
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ROW_OF_PATIENT = ("id", "first_name", "last_name", "email", "archived")
ROW_OF_PLAN = ("id", "state", "patient", "practitioner", "available_at", "created_at", "updated_at")
ROW_OF_EVENT = ("id", "type", "created_at", "clinic_id")
ROW_OF_ORDER = ("id", "order_number", "completed_at", "treatment_plan_ids", "patient_id")

# The dispensary and its people


def show_clinic(call: Call) -> tuple[int, Json]:
    clinic = call.clinic
    counts = {"patient_count": len(clinic.patients), "practitioner_count": len(clinic.practitioners)}
    return 200, {"clinic": {"id": clinic.id, "name": clinic.name, "discount": 0, **counts}}


def list_practitioners(call: Call) -> tuple[int, Json]:
    return calls.page(call, "practitioners", call.clinic.practitioners)


def find_metadata(call: Call) -> tuple[int, Json]:
    kind, wanted = call.params.get("type"), call.params.get("id")
    rows = {"patient": call.clinic.patients, "treatment_plan": call.clinic.plans}
    found = [
        {"id": row["metadata"]["id"], "type": name, "data": row}
        for name, family in rows.items()
        for row in family
        if name == (kind or name)
        and row["metadata"]["id"]
        and row["metadata"]["id"] == (wanted or row["metadata"]["id"])
    ]
    return calls.page(call, "metadata", found)


# Patients


def list_patients(call: Call) -> tuple[int, Json]:
    return calls.page(call, "patients", [calls.only(row, ROW_OF_PATIENT) for row in call.clinic.patients])


def search_patients(call: Call) -> tuple[int, Json]:
    words = str(call.params.get("query", "")).casefold().split()
    kind = call.params.get("patient_type") or "guardian"
    rows = [
        calls.only(row, ROW_OF_PATIENT)
        for row in call.clinic.patients
        if (kind == "all" or row["is_dependent"] == (kind == "dependent"))
        and words
        and all(word in _search_text(row) for word in words)
    ]
    return calls.page(call, "patients", rows)


def list_dependents(call: Call, patient_id: str) -> tuple[int, Json]:
    calls.one_of(call.clinic.patients, patient_id)
    rows = [row for row in call.clinic.patients if row["guardian_patient_id"] == patient_id]
    return calls.page(call, "patients", [calls.only(row, ROW_OF_PATIENT) for row in rows])


def _search_text(row: Json) -> str:
    return f"{row['first_name']} {row['last_name']} {row['email'] or ''}".casefold()


def show_patient(call: Call, patient_id: str) -> tuple[int, Json]:
    return 200, {"patient": calls.one_of(call.clinic.patients, patient_id)}


def add_patient(call: Call) -> tuple[int, Json]:
    body, problems = call.body, []
    for name, label in (("email", "Email"), ("first_name", "First name"), ("last_name", "Last name")):
        if not str(body.get(name) or "").strip():
            problems.append(f"{label} can't be blank")
    email = str(body.get("email") or "").strip()
    if email and not EMAIL.fullmatch(email):
        problems.append("Email is invalid")
    if _is_taken(email, call.clinic.patients):
        problems.append("Email has already been taken")
    if problems:
        raise calls.invalid(*problems)
    row = call.clinic.add_patient(
        str(body["first_name"]), str(body["last_name"]), email,
        date_of_birth=body.get("date_of_birth"), gender=body.get("gender"),
        mobile_number=body.get("mobile_number"), metadata={"id": (body.get("metadata") or {}).get("id")},
        is_told=False,
    )  # fmt: skip
    if calls.flag(body.get("send_welcome_email"), default=True):
        call.clinic.mails.append((email, "welcome"))
    return 201, {"patient": row}


def _is_taken(email: str, rows: list[Json]) -> bool:
    """Tell whether an active patient has the email."""
    taken = {(row["email"] or "").casefold() for row in rows if not row["archived"]}
    return bool(email) and email.casefold() in taken


def change_patient(call: Call, patient_id: str) -> tuple[int, Json]:
    row, body = calls.one_of(call.clinic.patients, patient_id), call.body
    email = str(body.get("email") or "").strip() if "email" in body else row["email"]
    problems = ["Patient is archived"] if row["archived"] else []
    if not email and not row["is_dependent"]:
        problems.append("Email can't be blank")
    if email and not EMAIL.fullmatch(email):
        problems.append("Email is invalid")
    if _is_taken(email, [one for one in call.clinic.patients if one is not row]):
        problems.append("Email has already been taken")
    if problems:
        raise calls.invalid(*problems)
    return 200, {"patient": call.clinic.change_patient(row, email=email)}


# Treatment plans and orders


def list_plans(call: Call, patient_id: str) -> tuple[int, Json]:
    calls.one_of(call.clinic.patients, patient_id)
    rows = [calls.only(row, ROW_OF_PLAN) for row in call.clinic.plans if row["patient"]["id"] == patient_id]
    return calls.page(call, "treatment_plans", lists.sort(call.params, rows, ("created_at", "updated_at")))


def show_plan(call: Call, plan_id: str) -> tuple[int, Json]:
    return 200, {"treatment_plan": calls.one_of(call.clinic.plans, plan_id)}


def add_plan(call: Call, patient_id: str) -> tuple[int, Json]:
    patient = calls.one_of(call.clinic.patients, patient_id)
    rows = call.body.get("recommendations") or []
    practitioner_id = call.body.get("practitioner_id") or call.grant.owner["id"]
    practitioner = next((one for one in call.clinic.practitioners if one["id"] == practitioner_id), None)
    problems = ["Practitioner must exist"] if practitioner is None else []
    problems += ["Patient is archived"] if patient["archived"] else []
    _check_recommendations(call, rows, *problems)
    mark = (call.body.get("metadata") or {}).get("id")
    if mark and any(one["metadata"]["id"] == mark for one in call.clinic.plans):
        raise calls.invalid("Metadata has already been taken")
    row = call.clinic.write_plan(
        patient, practitioner or {}, [], source="api", state=call.body.get("state") or "active",
        recommendations=[_recommendation(one) for one in rows],
        personal_message=call.body.get("personal_message") or None,
        metadata={"id": mark},
    )  # fmt: skip
    if row["state"] == "active" and not calls.flag(call.body.get("skip_email_notification"), default=False):
        call.clinic.mails.append((patient["email"], "plan"))
    return 201, {"treatment_plan": row}


def _check_recommendations(call: Call, rows: list[Json], *problems: str) -> None:
    """Raise the refusal when the products, or what was found before, are not as they must be."""
    variants = {one["id"] for product in call.catalogue for one in product["variants"]}
    found = ["Recommendations can't be blank"] if not rows else []
    found += (
        [f"Recommendations is too long (maximum is {MOST_RECOMMENDATIONS} items)"]
        if len(rows) > MOST_RECOMMENDATIONS
        else []
    )
    for place, one in enumerate(rows, start=1):
        if one.get("variant_id") not in variants:
            found.append(f"Recommendations[{place}] variant must exist")
    if found or problems:
        raise calls.invalid(*found, *problems)


def change_plan(call: Call, plan_id: str) -> tuple[int, Json]:
    plan = calls.one_of(call.clinic.plans, plan_id)
    if plan["state"] == "cancelled":
        raise calls.invalid("Treatment plan is cancelled")
    values: Json = {}
    if "metadata" in call.body:
        values["metadata"] = {"id": (call.body["metadata"] or {}).get("id")}
    if "personal_message" in call.body:
        values["personal_message"] = call.body["personal_message"] or None
    if "recommendations" in call.body:
        _check_recommendations(call, call.body["recommendations"] or [])
        values["recommendations"] = [_recommendation(one) for one in call.body["recommendations"]]
    return 200, {"treatment_plan": call.clinic.touch(plan, is_told=False, **values)}


def cancel_plan(call: Call, plan_id: str) -> tuple[int, Json]:
    plan = calls.one_of(call.clinic.plans, plan_id)
    if plan["state"] != "cancelled":
        call.clinic.touch(plan, is_told=False, state="cancelled")
    return 200, {"treatment_plan": {**plan, "recommendations": []}}


def _recommendation(row: Json) -> Json:
    dosage = row.get("dosage") or {}
    times = dosage.get("time_of_day") or []
    plain = {
        name: dosage.get(name) or None
        for name in ("amount", "frequency", "duration", "format", "additional_info")
    }
    return {
        "variant_id": row["variant_id"],
        "units_to_purchase": int(row["units_to_purchase"]),
        "refill": calls.flag(row.get("refill"), default=False),
        "take_with": row.get("take_with") or None,
        "dosage": {**plain, "time_of_day": [times] if isinstance(times, str) else times},
    }


def start_checkout(call: Call, plan_id: str) -> tuple[int, Json]:
    plan = calls.one_of(call.clinic.plans, plan_id)
    if plan["state"] != "active":
        raise calls.invalid("Treatment plan is not active")
    return 201, {"in_office_checkout": {"url": f"https://dispensary.example/o/patients/{new_id()}/checkout"}}


def list_orders(call: Call) -> tuple[int, Json]:
    wanted = call.params.get("patient_id")
    rows = [
        {**calls.only(row, ROW_OF_ORDER), "variant_ids": [line["variant_id"] for line in row["line_items"]]}
        for row in call.clinic.orders
        if wanted is None or row["patient_id"] == wanted
    ]
    rows = lists.between_days(call.params, rows, "completed_at")
    return calls.page(call, "orders", lists.sort(call.params, rows, ("completed_at", "order_number")))


def show_order(call: Call, order_id: str) -> tuple[int, Json]:
    return 200, {"order": calls.one_of(call.clinic.orders, order_id)}


def lister(family: str, prefix: str) -> Operation:
    """Return the operation that lists what happened in one family."""

    def list_events(call: Call) -> tuple[int, Json]:
        rows = [calls.only(row, ROW_OF_EVENT) for row in call.clinic.events if row["type"].startswith(prefix)]
        if wanted := call.params.get("event_type"):
            rows = [row for row in rows if row["type"] == wanted]
        rows = lists.between_days(call.params, rows, "created_at")
        return calls.page(call, "events", lists.sort(call.params, rows, ("created_at", "type")))

    list_events.__name__ = f"list_events_of_{family}"
    return list_events


def show_event(call: Call, event_id: str) -> tuple[int, Json]:
    return 200, {"event": calls.one_of(call.clinic.events, event_id)}


HISTORY = ("patients:treatment_plan_history", "patients:read")
# Method, address, operation, and the scopes of which one is needed.
ROUTES: tuple[tuple[str, str, Operation, tuple[str, ...]], ...] = (
    ("GET", "/api/clinic", show_clinic, ("clinic:read",)),
    ("GET", "/api/clinic/practitioners", list_practitioners, ("clinic:read",)),
    ("GET", "/api/clinic/metadata", find_metadata, ("catalog:read",)),
    ("GET", "/api/clinic/patients", list_patients, ("patients:read",)),
    ("POST", "/api/clinic/patients", add_patient, ("patients:write",)),
    ("GET", "/api/clinic/patients/<patient_id>", show_patient, ("patients:read",)),
    ("PATCH", "/api/clinic/patients/<patient_id>", change_patient, ("patients:write",)),
    ("GET", "/api/clinic/patients/<patient_id>/dependents", list_dependents, ("patients:read",)),
    ("GET", "/api/clinic/search/patients", search_patients, ("patients:read",)),
    ("GET", "/api/clinic/patients/<patient_id>/treatment_plans", list_plans, HISTORY),
    ("POST", "/api/clinic/patients/<patient_id>/treatment_plans", add_plan, ("clinic:write",)),
    ("GET", "/api/clinic/treatment_plans/<plan_id>", show_plan, HISTORY),
    ("PATCH", "/api/clinic/treatment_plans/<plan_id>", change_plan, ("clinic:write",)),
    ("PATCH", "/api/clinic/treatment_plans/<plan_id>/cancel", cancel_plan, ("clinic:write",)),
    ("GET", "/api/events/treatment_plans", lister("treatment_plans", "treatment_plan."), HISTORY[:1]),
    ("GET", "/api/events/orders", lister("orders", "order."), ("patients:order_history",)),
    ("GET", "/api/events/patients", lister("patients", "patient."), ("patients:read",)),
    ("GET", "/api/events/<event_id>", show_event, ("catalog:read",)),
    ("POST", "/api/clinic/treatment_plans/<plan_id>/in_office_checkout", start_checkout, ("clinic:write",)),
    ("GET", "/api/clinic/orders", list_orders, ("patients:order_history",)),
    ("GET", "/api/clinic/orders/<order_id>", show_order, ("patients:order_history",)),
    ("GET", "/api/clinic/categories", catalogue.list_categories, ("clinic:read",)),
    (
        "GET",
        "/api/clinic/categories/<category_id>/products",
        catalogue.list_category_products,
        ("clinic:read",),
    ),
    ("GET", "/api/catalog/search/products", catalogue.search_products, ("catalog:read",)),
    ("GET", "/api/catalog/products/<product_id>", catalogue.show_product, ("catalog:read",)),
    ("GET", "/api/catalog/variants/<variant_id>", catalogue.show_variant, ("catalog:read",)),
    ("GET", "/api/catalog/ingredients", catalogue.list_ingredients, ("catalog:read",)),
    ("GET", "/api/catalog/brands", catalogue.list_brands, ("catalog:read",)),
)
