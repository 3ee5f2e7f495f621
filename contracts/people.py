"""Story 2 and 4: the dispensary, its practitioners, its patients."""

import json
from typing import Any

from contracts.shapes import ID, Each, Maybe, check
from contracts.world import Talk, World

META = {"current_page": int, "next_page": Maybe(int), "prev_page": Maybe(int), "total_pages": int,
        "total_count": int}  # fmt: skip
ROW = {"id": ID, "first_name": str, "last_name": str, "email": str, "archived": bool}
CHILD = {**ROW, "email": Maybe(str)}
PATIENT = {
    **CHILD, "date_of_birth": Maybe(str), "gender": Maybe(str), "mobile_number": Maybe(str),
    "metadata": {"id": Maybe(str)}, "is_dependent": bool, "guardian_patient_id": Maybe(ID),
    "discount": int, "total_discount": int, "text_message_notification": bool,
}  # fmt: skip
NOT_FOUND = {"status": 404, "error": "Not Found"}
UNKNOWN = "11111111-2222-4333-8444-555555555555"


def omar(**changes: Any) -> dict[str, Any]:
    """What the clinic sends to set Omar up: nearly everything is text."""
    return {
        "first_name": "Omar", "last_name": "Reyes", "email": "omar@example.com", "date_of_birth": "1988-11-02",
        "gender": "male", "mobile_number": "+16075550142", "send_welcome_email": "true",
        "metadata": {"id": "chart-of-omar"}, **changes,
    }  # fmt: skip


def sentences(body: Any) -> list[str]:
    """Return the sentences of a refusal: a text that holds a JSON list."""
    return list(json.loads(body["error"]))


def the_dispensary_says_who_it_is(world: World) -> None:
    shape = {"clinic": {"id": world.clinic_id, "name": world.clinic_name, "patient_count": int,
                        "practitioner_count": int}}  # fmt: skip
    Talk(world, world.owner).get("clinic").is_like(200, shape)
    Talk(world, world.staff).get("clinic").is_like(200, shape)


def practitioners_are_listed_and_staff_are_not(world: World) -> None:
    person = {"id": ID, "first_name": str, "last_name": str, "email": str, "metadata": {"id": Maybe(str)}}
    body = (
        Talk(world, world.staff)
        .get("clinic/practitioners", page__number=1, page__size=100)
        .is_like(200, {"practitioners": Each(person, least=2), "meta": META})
    )
    found = {one["id"]: one["email"] for one in body["practitioners"]}
    check(found, {world.owner.id: world.owner.email, world.colleague.id: world.colleague.email})
    check(world.staff.id in found, False)


def a_patient_is_created_with_our_mark_and_welcomed(world: World) -> None:
    talk = Talk(world, world.owner)
    made = talk.post("clinic/patients", omar()).is_like(201, {"patient": PATIENT})["patient"]
    told = {"first_name": "Omar", "last_name": "Reyes", "email": "omar@example.com", "archived": False,
            "date_of_birth": "1988-11-02", "gender": "male", "mobile_number": "+16075550142",
            "metadata": {"id": "chart-of-omar"}, "is_dependent": False}  # fmt: skip
    check(made, told)
    talk.get(f"clinic/patients/{made['id']}").is_like(200, {"patient": {**PATIENT, **told}})
    check(world.mails_to("omar@example.com"), 1)


def a_patient_who_wants_no_mail_gets_none(world: World) -> None:
    Talk(world, world.owner).post("clinic/patients", omar(send_welcome_email="false")).is_like(201, {})
    check(world.mails_to("omar@example.com"), 0)


def only_names_and_email_are_needed(world: World) -> None:
    least = {"first_name": "Omar", "last_name": "Reyes", "email": "omar@example.com"}
    body = Talk(world, world.owner).post("clinic/patients", least).is_like(201, {"patient": PATIENT})
    check(body["patient"], {"date_of_birth": None, "gender": None, "metadata": {"id": None}})


def a_patient_is_found_by_our_mark(world: World) -> None:
    talk = Talk(world, world.owner)
    talk.get("clinic/metadata", id="chart-of-omar", type="patient").is_like(
        200, {"metadata": [], "meta": {**META, "total_count": 0, "total_pages": 0}}
    )
    made = talk.post("clinic/patients", omar()).is_like(201, {})["patient"]
    shape = [{"id": "chart-of-omar", "type": "patient", "data": {**PATIENT, "id": made["id"]}}]
    Talk(world, world.colleague).get("clinic/metadata", id="chart-of-omar", type="patient").is_like(
        200, {"metadata": shape, "meta": {**META, "current_page": 1, "total_count": 1}}
    )


def what_bears_our_mark_is_listed_by_the_page(world: World) -> None:
    talk = Talk(world, world.owner)
    for number in range(3):
        changes = {"email": f"omar{number}@example.com", "metadata": {"id": "family"}}
        talk.post("clinic/patients", omar(**changes)).is_like(201, {})
    seen = []
    for number, count in ((1, 2), (2, 1), (3, 0)):
        body = talk.get(
            "clinic/metadata", id="family", type="patient", page__number=number, page__size=2
        ).is_like(200, {"meta": {**META, "total_count": 3, "total_pages": 2}})
        check(len(body["metadata"]), count)
        seen += [one["data"]["id"] for one in body["metadata"]]
    check(len(set(seen)), 3)
    talk.get("clinic/metadata", type="patient").is_like(200, {"meta": {"total_count": 3}})


def an_email_belongs_to_one_patient(world: World) -> None:
    talk = Talk(world, world.owner)
    talk.post("clinic/patients", omar()).is_like(201, {})
    body = talk.post("clinic/patients", omar(email="OMAR@example.com")).is_like(422, {"error": str})
    check(sentences(body), ["Email has already been taken"])
    check(world.mails_to("omar@example.com"), 1)


def a_broken_email_and_missing_names_are_refused_in_sentences(world: World) -> None:
    talk = Talk(world, world.owner)
    body = talk.post("clinic/patients", omar(email="omar@nowhere")).is_like(422, {"error": str})
    check(sentences(body), ["Email is invalid"])
    body = talk.post("clinic/patients", {}).is_like(422, {"error": str})
    check(
        sorted(sentences(body)),
        ["Email can't be blank", "First name can't be blank", "Last name can't be blank"],
    )


def searching_finds_emails_and_names_without_birthdays(world: World) -> None:
    zoe = world.add_patient("Zoë", "Nakamura-O'Brien", "zoe@example.com", date_of_birth="1992-02-29")
    world.add_patient("Omar", "Reyes", "omar@example.com")
    talk = Talk(world, world.owner)
    for query in ("zoe@example.com", "nakamura", "ZOE@EXAMPLE.COM"):
        body = talk.get("clinic/search/patients", query=query, page__number=1, page__size=100).is_like(
            200, {"patients": [ROW], "meta": META}
        )
        check(body["patients"], [{"id": zoe, "first_name": "Zoë", "last_name": "Nakamura-O'Brien"}])
        check("date_of_birth" in body["patients"][0], False)
    talk.get(f"clinic/patients/{zoe}").is_like(200, {"patient": {"date_of_birth": "1992-02-29"}})
    talk.get("clinic/search/patients", query="nobody@example.com").is_like(200, {"patients": []})


def the_email_of_somebody_archived_is_free_again(world: World) -> None:
    zoe = world.add_patient("Zoë", "Nakamura", "zoe@example.com")
    world.archive_patient(zoe)
    talk = Talk(world, world.owner)
    made = talk.post("clinic/patients", omar(email="zoe@example.com")).is_like(201, {})["patient"]
    body = talk.get("clinic/search/patients", query="zoe@example.com", patient_type="all").is_like(200, {})
    check({row["id"]: row["archived"] for row in body["patients"]}, {zoe: True, made["id"]: False})


def a_dependent_has_a_guardian_and_needs_no_email(world: World) -> None:
    priya = world.add_patient("Priya", "Raman", "raman@example.com")
    mia = world.add_dependent(priya, "Mia", "Raman", date_of_birth="2015-01-23")
    talk = Talk(world, world.owner)
    told = {"is_dependent": True, "guardian_patient_id": priya, "email": None, "date_of_birth": "2015-01-23"}
    talk.get(f"clinic/patients/{mia}").is_like(200, {"patient": {**PATIENT, **told}})
    body = talk.get(f"clinic/patients/{priya}/dependents", page__number=1, page__size=100).is_like(
        200, {"patients": [{**CHILD, "id": mia, "first_name": "Mia"}], "meta": META}
    )
    check("date_of_birth" in body["patients"][0], False)
    talk.get(f"clinic/patients/{mia}/dependents").is_like(200, {"patients": []})
    for kind, found in (("all", [mia, priya]), ("guardian", [priya]), ("dependent", [mia])):
        body = talk.get("clinic/search/patients", query="raman", patient_type=kind).is_like(200, {})
        check(sorted(row["id"] for row in body["patients"]), sorted(found))
    for more in ({}, {"patient_type": ""}):
        body = talk.get("clinic/search/patients", query="raman", **more).is_like(200, {})
        check([row["id"] for row in body["patients"]], [priya])


def an_email_is_changed_and_nothing_else(world: World) -> None:
    talk = Talk(world, world.owner)
    made = talk.post("clinic/patients", omar()).is_like(201, {})["patient"]
    path = f"clinic/patients/{made['id']}"
    told = {**made, "email": "omar.reyes@example.com"}
    talk.patch(path, {"email": "omar.reyes@example.com"}).is_like(200, {"patient": told})
    talk.get(path).is_like(200, {"patient": told})


def a_changed_email_is_refused_in_sentences(world: World) -> None:
    world.add_patient("Zoë", "Nakamura", "zoe@example.com")
    talk = Talk(world, world.owner)
    made = talk.post("clinic/patients", omar()).is_like(201, {})["patient"]
    path = f"clinic/patients/{made['id']}"
    for email, sentence in (
        ("ZOE@example.com", "Email has already been taken"),
        ("omar@nowhere", "Email is invalid"),
        ("", "Email can't be blank"),
    ):
        check(sentences(talk.patch(path, {"email": email}).is_like(422, {"error": str})), [sentence])
    talk.get(path).is_like(200, {"patient": {"email": "omar@example.com"}})
    world.archive_patient(made["id"])
    body = talk.patch(path, {"email": "new@example.com"}).is_like(422, {"error": str})
    check(sentences(body), ["Patient is archived"])
    talk.patch(f"clinic/patients/{UNKNOWN}", {"email": "new@example.com"}).is_like(404, NOT_FOUND)


def an_archived_patient_says_so(world: World) -> None:
    zoe = world.add_patient("Zoë", "Nakamura", "zoe@example.com")
    world.archive_patient(zoe)
    Talk(world, world.owner).get(f"clinic/patients/{zoe}").is_like(200, {"patient": {"archived": True}})


def lists_are_paged(world: World) -> None:
    made = {world.add_patient("Carol", f"Number {n}", f"c{n}@example.com") for n in range(5)}
    talk = Talk(world, world.owner)
    first = talk.get("clinic/patients", page__number=1, page__size=2).is_like(
        200, {"patients": Each(ROW, least=2), "meta": {"current_page": 1, "next_page": 2, "prev_page": None,
                                                       "total_count": 5, "total_pages": 3}},
    )  # fmt: skip
    last = talk.get("clinic/patients", page__number=3, page__size=2).is_like(
        200, {"meta": {"current_page": 3, "next_page": None, "prev_page": 2}}
    )
    middle = talk.get("clinic/patients", page__number=2, page__size=2).is_like(200, {})
    found = [row["id"] for page in (first, middle, last) for row in page["patients"]]
    check((len(found), set(found)), (5, made))


def an_unknown_patient_and_one_of_another_dispensary_look_the_same(world: World) -> None:
    talk = Talk(world, world.owner)
    for patient_id in (UNKNOWN, world.patient_elsewhere()):
        talk.get(f"clinic/patients/{patient_id}").is_like(404, NOT_FOUND)
        talk.get(f"clinic/patients/{patient_id}/treatment_plans").is_like(404, NOT_FOUND)
        talk.post(f"clinic/patients/{patient_id}/treatment_plans", {}).is_like(404, NOT_FOUND)
