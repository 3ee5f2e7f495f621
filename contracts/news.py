"""Story 5.8 and 5.10: what happened there, lists by their last change, changing and cancelling plans."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.people import META, NOT_FOUND, UNKNOWN, sentences
from contracts.shapes import ID, INSTANT, Each, check
from contracts.trade import PLAN, ROW, ROW_OF_ORDER, carol, send, written
from contracts.world import Talk, World

ONE_DAY = timedelta(days=1)
EVENT = {"id": ID, "type": str, "created_at": INSTANT}


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def yesterday() -> str:
    return (datetime.now(UTC).date() - ONE_DAY).isoformat()


def newest(talk: Talk, path: str, field: str, **more: Any) -> Any:
    return talk.get(path, sort_by=field, order_by="DESC", page__number=1, page__size=100, **more)


def what_happened_there_is_listed_newest_first_and_told_whole_one_by_one(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan_id = world.write_plan(patient_id)
    world.cancel_plan(plan_id)
    body = newest(talk, "events/treatment_plans", "created_at").is_like(
        200, {"events": Each(EVENT, least=2), "meta": META}
    )
    check([one["type"] for one in body["events"]][:2], ["treatment_plan.updated", "treatment_plan.created"])
    check("data" in body["events"][0], False)
    for row in body["events"][:2]:
        talk.get(f"events/{row['id']}").is_like(
            200,
            {"event": {**EVENT, "id": row["id"], "clinic_id": world.clinic_id,
                       "data": {"treatment_plan": {"id": plan_id, "patient": {"id": patient_id}}}}},
        )  # fmt: skip
    talk.get(f"events/{UNKNOWN}").is_like(404, NOT_FOUND)


def an_order_is_an_event_of_its_own_family(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    order_id = world.place_order(world.write_plan(patient_id))
    body = newest(talk, "events/orders", "created_at").is_like(200, {"events": [EVENT]})
    talk.get(f"events/{body['events'][0]['id']}").is_like(
        200, {"event": {"type": "order.placed", "data": {"id": order_id, "patient_id": patient_id}}}
    )


def what_the_application_did_itself_is_no_event(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    talk.patch(f"clinic/treatment_plans/{plan['id']}", {"personal_message": "Slowly"}).is_like(200, {})
    talk.patch(f"clinic/treatment_plans/{plan['id']}/cancel", {}).is_like(200, {})
    newest(talk, "events/treatment_plans", "created_at").is_like(200, {"events": []})


def lists_are_narrowed_to_days(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    order_id = world.place_order(world.write_plan(patient_id))
    # A day is one of the zone in which the instant is written: the dispensary's for orders, UTC for events.
    shown = talk.get(f"clinic/orders/{order_id}").is_like(200, {})["order"]["completed_at"]
    day = date.fromisoformat(shown[:10])
    before, after = day - ONE_DAY, day + ONE_DAY
    orders: tuple[tuple[str, list[Any]], ...] = (
        (f">{before}", [{**ROW_OF_ORDER, "id": order_id, "patient_id": patient_id}]),
        (f">{day}", []), (f"<{day}", []), (f"{day}", [{"id": order_id}]), (f"{after}", []),
        (f"{before}..{day}", [{"id": order_id}]),
    )  # fmt: skip
    for days, rows in orders:
        newest(talk, "clinic/orders", "completed_at", completed_at=days).is_like(200, {"orders": rows})
    newest(talk, "events/orders", "created_at", created_at=f">{yesterday()}").is_like(
        200, {"events": [EVENT]}
    )
    newest(talk, "events/orders", "created_at", created_at=f">{today()}").is_like(200, {"events": []})


def plans_are_listed_by_their_last_change(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    first, second = world.write_plan(patient_id), world.write_plan(patient_id)
    address = f"clinic/patients/{patient_id}/treatment_plans"
    newest(talk, address, "updated_at").is_like(
        200, {"treatment_plans": [{**ROW, "id": second}, {**ROW, "id": first}]}
    )
    world.cancel_plan(first)
    newest(talk, address, "updated_at").is_like(
        200, {"treatment_plans": [{"id": first, "state": "cancelled"}, {"id": second, "state": "active"}]}
    )


def a_change_replaces_message_and_products_and_is_newer(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    address = f"clinic/treatment_plans/{plan['id']}"
    one = written(world)["recommendations"][0]
    wanted = {"personal_message": "", "recommendations": [
        {**one, "variant_id": world.magnesium.variant_id, "units_to_purchase": "1"},
        {**one, "units_to_purchase": "3"},
    ]}  # fmt: skip
    told = {"state": "active", "personal_message": None, "metadata": {"id": "prescription-1"},
            "recommendations": [
                {"variant_id": world.magnesium.variant_id, "units_to_purchase": 1},
                {"variant_id": world.zinc.variant_id, "units_to_purchase": 3, "take_with": "food"},
            ]}  # fmt: skip
    now = talk.patch(address, wanted).is_like(200, {"treatment_plan": {**PLAN, **told}})["treatment_plan"]
    check(now["updated_at"] > plan["updated_at"], True)
    talk.get(address).is_like(200, {"treatment_plan": told})
    talk.patch(address, wanted).is_like(200, {"treatment_plan": told})


def what_is_not_sent_in_a_change_stays(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    talk.patch(f"clinic/treatment_plans/{plan['id']}", {"personal_message": "Slowly"}).is_like(
        200,
        {"treatment_plan": {"personal_message": "Slowly", "recommendations": plan["recommendations"]}},
    )


def what_cannot_be_changed_is_refused_in_sentences(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    address = f"clinic/treatment_plans/{plan['id']}"
    one = written(world)["recommendations"][0]
    for rows, words in (
        ([], "Recommendations can't be blank"),
        ([{**one, "variant_id": UNKNOWN}], "Recommendations[1] variant must exist"),
    ):
        body = talk.patch(address, {"recommendations": rows}).is_like(422, {"error": str})
        check(sentences(body), [words])
    talk.patch(f"clinic/treatment_plans/{UNKNOWN}", {"personal_message": "x"}).is_like(404, NOT_FOUND)
    world.cancel_plan(plan["id"])
    talk.patch(address, {"personal_message": "x"}).is_like(422, {"error": str})


def a_prescription_of_five_hundred_lines_is_taken_and_no_longer_one(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    one = written(world)["recommendations"][0]
    lines = [{**one, "units_to_purchase": str(number % 99 + 1)} for number in range(501)]
    body = send(world, talk, patient_id, recommendations=lines).is_like(422, {"error": str})
    check("Recommendations is too long (maximum is 500 items)" in sentences(body), True)
    made = send(world, talk, patient_id, recommendations=lines[:500]).is_like(201, {"treatment_plan": PLAN})
    check(len(made["treatment_plan"]["recommendations"]), 500)
    address = f"clinic/treatment_plans/{made['treatment_plan']['id']}"
    read = talk.get(address).is_like(200, {"treatment_plan": PLAN})["treatment_plan"]
    check([row["units_to_purchase"] for row in read["recommendations"]], [n % 99 + 1 for n in range(500)])
    body = talk.patch(address, {"recommendations": lines}).is_like(422, {"error": str})
    check("Recommendations is too long (maximum is 500 items)" in sentences(body), True)


def a_cancellation_is_answered_without_products_and_twice_the_same(world: World) -> None:
    talk, patient_id = Talk(world, world.owner), carol(world)
    plan = send(world, talk, patient_id).is_like(201, {})["treatment_plan"]
    address = f"clinic/treatment_plans/{plan['id']}/cancel"
    first = talk.patch(address, {}).is_like(
        200, {"treatment_plan": {**ROW, "id": plan["id"], "state": "cancelled", "recommendations": []}}
    )["treatment_plan"]
    check(first["updated_at"] > plan["updated_at"], True)
    second = talk.patch(address, {}).is_like(200, {"treatment_plan": {"state": "cancelled"}})
    check(second["treatment_plan"]["updated_at"], first["updated_at"])
    talk.patch(f"clinic/treatment_plans/{UNKNOWN}/cancel", {}).is_like(404, NOT_FOUND)
