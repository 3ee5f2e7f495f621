"""Story 5: plans, orders, the practice's own checkout."""

from typing import Any

from contracts.people import META, NOT_FOUND, UNKNOWN, sentences
from contracts.shapes import ADDRESS, DAY, ID, INSTANT, MONEY, Each, Maybe, check
from contracts.world import Talk, World

ROW = {"id": ID, "state": str, "patient": {"id": ID}, "practitioner": {"id": ID}, "available_at": Maybe(DAY),
       "created_at": INSTANT, "updated_at": INSTANT}  # fmt: skip
DOSAGE = {"amount": Maybe(str), "frequency": Maybe(str), "duration": Maybe(str), "format": Maybe(str),
          "time_of_day": Each(str), "additional_info": Maybe(str)}  # fmt: skip
PLAN = {
    **ROW, "source": str, "invitation_url": ADDRESS, "personal_message": Maybe(str),
    "metadata": {"id": Maybe(str)},
    "recommendations": Each({"variant_id": ID, "refill": bool, "units_to_purchase": int,
                             "take_with": Maybe(str), "dosage": DOSAGE}),
}  # fmt: skip
ROW_OF_ORDER = {"id": ID, "order_number": str, "completed_at": INSTANT, "treatment_plan_ids": Each(ID),
                "variant_ids": Each(ID), "patient_id": ID}  # fmt: skip


def written(world: World, **changes: Any) -> dict[str, Any]:
    """What the clinic sends: nearly everything is text."""
    return {
        "practitioner_id": world.colleague.id, "state": "active", "metadata": {"id": "prescription-1"},
        "personal_message": "Take it slowly",
        "recommendations": [
            {
                "variant_id": world.zinc.variant_id, "units_to_purchase": "2", "refill": "true",
                "take_with": "food",
                "dosage": {"amount": "1-2", "frequency": "once per day", "duration": "60", "format": "capsule",
                           "additional_info": "with breakfast", "time_of_day": ["morning"]},
            }
        ],
        **changes,
    }  # fmt: skip


def carol(world: World) -> str:
    return world.add_patient("Carol", "Castle", "carol@example.com")


def send(world: World, talk: Talk, patient_id: str, *, key: str = "", **changes: Any) -> Any:
    body = written(world, **changes)
    return talk.post(f"clinic/patients/{patient_id}/treatment_plans", body, key=key)


def a_plan_is_active_at_once_and_the_patient_is_mailed(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    before = world.mails_to("carol@example.com")
    plan = send(world, talk, patient_id).is_like(201, {"treatment_plan": PLAN})["treatment_plan"]
    told = {
        "state": "active", "patient": {"id": patient_id}, "practitioner": {"id": world.colleague.id},
        "personal_message": "Take it slowly", "metadata": {"id": "prescription-1"}, "source": "api",
        "recommendations": [
            {
                "variant_id": world.zinc.variant_id, "units_to_purchase": 2, "refill": True, "take_with": "food",
                "dosage": {"amount": "1-2", "frequency": "once per day", "duration": "60", "format": "capsule",
                           "additional_info": "with breakfast", "time_of_day": ["morning"]},
            }
        ],
    }  # fmt: skip
    check(plan, told)
    talk.get(f"clinic/treatment_plans/{plan['id']}").is_like(200, {"treatment_plan": {**PLAN, **told}})
    check(world.mails_to("carol@example.com") - before, 1)


def a_plan_is_active_without_a_letter_when_that_is_asked_for(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    before = world.mails_to("carol@example.com")
    for mark, skips in (("one", True), ("two", "true")):
        made = send(world, talk, patient_id, skip_email_notification=skips, metadata={"id": mark})
        made.is_like(201, {"treatment_plan": {**PLAN, "state": "active", "metadata": {"id": mark}}})
    check(world.mails_to("carol@example.com") - before, 0)
    made = send(world, talk, patient_id, skip_email_notification=False, metadata={"id": "three"})
    made.is_like(201, {"treatment_plan": PLAN})
    check(world.mails_to("carol@example.com") - before, 1)


def a_plan_is_found_by_our_mark(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    looked = {"id": "prescription-1", "type": "treatment_plan"}
    talk.get("clinic/metadata", **looked).is_like(200, {"metadata": [], "meta": {**META, "total_count": 0}})
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    talk.get("clinic/metadata", **looked).is_like(
        200, {"metadata": [{**looked, "data": {**PLAN, "id": plan["id"]}}]}
    )
    world.cancel_plan(plan["id"])
    talk.get("clinic/metadata", **looked).is_like(200, {"metadata": [{"data": {"state": "cancelled"}}]})


def our_mark_is_put_on_a_plan_that_was_written_there(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan_id = world.write_plan(patient_id)
    talk.patch(f"clinic/treatment_plans/{plan_id}", {"metadata": {"id": "prescription-1"}}).is_like(
        200, {"treatment_plan": {**PLAN, "id": plan_id, "metadata": {"id": "prescription-1"}}}
    )
    talk.get("clinic/metadata", id="prescription-1", type="treatment_plan").is_like(
        200, {"metadata": [{"data": {"id": plan_id}}]}
    )


def the_same_key_and_body_make_one_plan(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    before = world.mails_to("carol@example.com")
    first = send(world, talk, patient_id, key="key-1").is_like(201, {})
    second = send(world, talk, patient_id, key="key-1").is_like(201, {})
    check(second["treatment_plan"]["id"], first["treatment_plan"]["id"])
    check(world.mails_to("carol@example.com") - before, 1)
    send(world, talk, patient_id, key="key-1", personal_message="other words").is_like(422, {"error": str})
    body = talk.get(f"clinic/patients/{patient_id}/treatment_plans").is_like(200, {})
    check(len(body["treatment_plans"]), 1)


def one_mark_is_on_one_plan(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    send(world, talk, patient_id, key="key-1").is_like(201, {})
    body = send(world, talk, patient_id, key="key-2").is_like(422, {"error": str})
    check(sentences(body), ["Metadata has already been taken"])


def a_refusal_is_not_kept_under_its_key(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    for _ in range(2):
        body = send(world, talk, patient_id, key="key-1", recommendations=[]).is_like(422, {"error": str})
        check(sentences(body), ["Recommendations can't be blank"])
    send(world, talk, patient_id, key="key-1").is_like(201, {})


def what_cannot_be_prescribed_is_refused_in_sentences(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    one = written(world)["recommendations"][0]
    for changes, words in (
        ({"practitioner_id": UNKNOWN}, "Practitioner must exist"),
        ({"recommendations": [{**one, "variant_id": UNKNOWN}]}, "Recommendations[1] variant must exist"),
    ):
        body = send(world, talk, patient_id, **changes).is_like(422, {"error": str})
        check(sentences(body), [words])
    world.archive_patient(patient_id)
    body = send(world, talk, patient_id).is_like(422, {"error": str})
    check(sentences(body), ["Patient is archived"])


def plans_of_a_patient_are_listed_without_products(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    body = talk.get(f"clinic/patients/{patient_id}/treatment_plans", page__number=1, page__size=100).is_like(
        200, {"treatment_plans": [{**ROW, "id": plan["id"]}], "meta": META}
    )
    check("recommendations" in body["treatment_plans"][0], False)


def a_cancelled_plan_says_so_and_is_newer(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    world.cancel_plan(plan["id"])
    now = talk.get(f"clinic/treatment_plans/{plan['id']}").is_like(
        200, {"treatment_plan": {"state": "cancelled"}}
    )
    check(now["treatment_plan"]["updated_at"] > plan["updated_at"], True)


def the_practices_own_checkout_has_an_address(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    address = f"clinic/treatment_plans/{plan['id']}/in_office_checkout"
    talk.post(address, {}).is_like(201, {"in_office_checkout": {"url": ADDRESS}})
    world.cancel_plan(plan["id"])
    body = talk.post(address, {}).is_like(422, {"error": str})
    check(sentences(body), ["Treatment plan is not active"])
    talk.post(f"clinic/treatment_plans/{UNKNOWN}/in_office_checkout", {}).is_like(404, NOT_FOUND)


def an_order_says_what_was_bought_from_which_plan(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    talk.get("clinic/orders", patient_id=patient_id).is_like(200, {"orders": [], "meta": META})
    order_id = world.place_order(plan["id"])
    row = {**ROW_OF_ORDER, "id": order_id, "treatment_plan_ids": [plan["id"]], "patient_id": patient_id,
           "variant_ids": [world.zinc.variant_id]}  # fmt: skip
    listed = talk.get("clinic/orders", patient_id=patient_id, page__number=1, page__size=100)
    listed.is_like(200, {"orders": [row]})
    other = world.add_patient("Omar", "Reyes", "omar@example.com")
    talk.get("clinic/orders", patient_id=other).is_like(200, {"orders": []})
    talk.get(f"clinic/orders/{order_id}").is_like(
        200,
        {"order": {
            "id": order_id, "order_number": str, "completed_at": INSTANT, "patient_id": patient_id,
            "treatment_plan_ids": [plan["id"]], "payment_total": MONEY, "item_total": MONEY,
            "msrp_total": MONEY,
            "line_items": [{"variant_id": world.zinc.variant_id, "quantity": 2, "type": "supplement"}],
        }},
    )  # fmt: skip
    talk.get(f"clinic/orders/{UNKNOWN}").is_like(404, NOT_FOUND)


def staff_must_name_the_prescriber(world: World) -> None:
    talk, patient_id = Talk(world, world.staff), carol(world)
    send(world, talk, patient_id).is_like(
        201, {"treatment_plan": {"practitioner": {"id": world.colleague.id}}}
    )
