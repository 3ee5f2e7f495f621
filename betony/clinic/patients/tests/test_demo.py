"""The demo's patients are invented, and the same in every load."""

from betony.clinic.patients.demo import people, words


def test_the_same_seed_makes_the_same_people():
    def made(count):
        return list(people.invented("US", ["nina"], count=count, seed="x"))

    assert made(50) == made(200)[:50]


def test_invented_people_are_reachable_nowhere():
    for person in people.invented("CA", ["mei"], count=300, seed="y"):
        assert "555-01" in person["mobile_phone_typed"]
        assert person["email"] == "" or person["email"].endswith("@example.com")


def test_no_invented_person_is_called_like_one_of_the_stories():
    assert not {person["last_name"] for person in people.FIXED} & set(words.SURNAMES)
