from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx
import pytest
from identity_browser import Browser
from identity_mailbox import Mailbox, text_of
from identity_service import Person, Service


def person_of(facility: str, *roles: str) -> dict[str, object]:
    return {"roles": list(roles), "facility_id": facility}


@pytest.fixture
def login(service: Service, new_browser: Callable[[], Browser]) -> Iterator[Callable[[Person], httpx.Client]]:
    opened: list[httpx.Client] = []

    def make(person: Person) -> httpx.Client:
        token = new_browser().tokens(person.username, person.password)["access_token"]
        opened.append(httpx.Client(base_url=service.url, headers={"authorization": f"Bearer {token}"}))
        return opened[-1]

    yield make
    for client in opened:
        client.close()


def test_the_responsible_person_invites_colleagues_who_choose_a_password(
    service: Service,
    admin: httpx.Client,
    mailbox: Mailbox,
    browser: Browser,
    new_person: Callable[..., Person],
    login: Callable[[Person], httpx.Client],
    link_in: Callable[[str], str],
):
    facility, name = str(uuid4()), f"u{uuid4().hex[:10]}"
    head = login(new_person(**person_of(facility, "facility", "facility_admin")))
    body = {"username": name, "email": f"{name}@example.org", "first_name": "Sara", "last_name": "Banco"}
    made = head.post("/v1/facility-users", json=body)
    assert (made.status_code, made.json()["roles"], made.json()["facility_id"]) == (201, ["facility"], facility)
    [mail] = mailbox.to(body["email"])
    assert name in text_of(mail)
    page = browser.http.get(link_in(text_of(mail)), follow_redirects=True)
    assert browser.fill(page, password1="tramonto-lungo-38", password2="tramonto-lungo-38").status_code == 302
    colleague = login(Person(name, body["email"], body, password="tramonto-lungo-38"))
    for method, path in (("GET", ""), ("POST", ""), ("PUT", f"/{name}")):
        answer = colleague.request(method, f"/v1/facility-users{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    listed = head.get("/v1/facility-users").json()["items"]
    assert {one["facility_id"] for one in listed} == {facility}
    assert len(listed) == 2
    change = {key: value for key, value in body.items() if key != "username"} | {"active": False}
    assert head.put(f"/v1/facility-users/{name}", json=change).json()["active"] is False
    for fault, rule in (
        ({"email": "studio@pec.example.it"}, "certified_mail"),
        ({"roles": ["ops"]}, "extra_forbidden"),
    ):
        answer = head.post("/v1/facility-users", json=body | {"username": f"{name}x"} | fault)
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)
    other = login(new_person(**person_of(str(uuid4()), "facility", "facility_admin")))
    assert other.put(f"/v1/facility-users/{name}", json=change).status_code == 404
    assert admin.get("/v1/facility-users").status_code == 403
    [entry] = service.rows("select actor, details from audit_entry where action = 'facility_user_created'")
    assert entry["details"] == {"facility_id": facility}


def test_a_facility_has_exactly_one_responsible_person(admin: httpx.Client, new_person: Callable[..., Person]):
    facility = str(uuid4())
    first = new_person(**person_of(facility, "facility", "facility_admin"))
    name = f"u{uuid4().hex[:10]}"
    body = {"username": name, "email": f"{name}@example.org", "first_name": "A", "last_name": "B"}
    second = body | person_of(facility, "facility", "facility_admin")
    answer = admin.post("/auth/users", json=second)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/facility_id")
    alone = admin.post("/auth/users", json=body | person_of(facility, "facility_admin"))
    assert (alone.status_code, alone.json()["errors"][0]["rule"]) == (422, "required_for_role")
    certified = admin.post("/auth/users", json=second | {"email": "studio@legalmail.it"})
    assert certified.json()["errors"][0]["rule"] == "certified_mail"
    assert admin.put(f"/auth/users/{first.username}", json=first.body | {"active": False}).is_success
    assert admin.post("/auth/users", json=second).status_code == 201
