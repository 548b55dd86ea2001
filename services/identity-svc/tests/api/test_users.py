from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from identity_browser import Browser
from identity_service import Person, Service, machine_token

NEW = {
    "email": "nuova@example.org",
    "first_name": "Nuova",
    "last_name": "Persona",
    "roles": ["operator"],
    "username": "nuova.persona",
    "password": "una-lunga-attesa-8",
}


def test_a_new_user_is_answered_stored_and_audited(service: Service, admin: httpx.Client):
    facility = str(uuid4())
    body = NEW | {
        "username": "sportello",
        "email": "Sportello@Example.org",
        "roles": ["facility"],
        "facility_id": facility,
    }
    answer = admin.post("/auth/users", json=body, headers={"x-request-id": "r-77"})
    assert answer.status_code == 201
    made = answer.json()
    assert made["email"] == "sportello@example.org"
    assert (made["fund"], made["facility_id"], made["active"]) == ("fnm", facility, True)
    assert "password" not in made
    (entry,) = service.rows("select * from audit_entry where entity_id = %s", made["id"])
    assert (entry["action"], entry["actor"], entry["request_id"]) == ("user_created", "operator:fund-admin", "r-77")
    assert body["password"] not in str(entry)
    assert "example.org" not in str(entry)


@pytest.mark.parametrize(
    ("change", "pointer", "rule"),
    [
        ({"password": "abc-12"}, "/password", "password_too_short"),
        ({"password": "1234567890987"}, "/password", "password_entirely_numeric"),
        ({"password": "password123"}, "/password", "password_too_common"),
        ({"password": "nuova.persona"}, "/password", "password_too_similar"),
        ({"roles": ["operator", "boss"]}, "/roles/1", "unknown_role"),
        ({"roles": []}, "/roles", "too_short"),
        ({"roles": ["facility"]}, "/facility_id", "required_for_role"),
        ({"roles": ["member"]}, "/member_id", "required_for_role"),
        ({"member_id": "x"}, "/member_id", "uuid_parsing"),
        ({"email": "nobody"}, "/email", "string_pattern_mismatch"),
        ({"username": "Con Spazi"}, "/username", "string_pattern_mismatch"),
        ({"first_name": "a\u0000b"}, "/first_name", "string_pattern_mismatch"),
        ({"last_name": " "}, "/last_name", "string_too_short"),
        ({"fund": "other"}, "/fund", "extra_forbidden"),
        ({"active": "si certo"}, "/active", "bool_parsing"),
    ],
)
def test_a_bad_user_is_refused_by_field_and_rule(
    service: Service, admin: httpx.Client, change: dict, pointer: str, rule: str
):
    answer = admin.post("/auth/users", json=NEW | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert (pointer, rule) in [(e["pointer"], e["rule"]) for e in answer.json()["errors"]]
    assert service.rows("select 1 from login_user where username = 'nuova.persona'") == []


def test_a_body_that_is_no_json_is_refused(admin: httpx.Client):
    answer = admin.post("/auth/users", content=b"{not json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["rule"] == "json_invalid"


@pytest.mark.parametrize("field", ["username", "email"])
def test_a_name_or_address_is_given_once(admin: httpx.Client, person: Person, field: str):
    fresh = {"username": f"x{uuid4().hex[:8]}", "email": f"{uuid4().hex[:8]}@example.org"}
    taken = {"username": person.username, "email": person.email.upper()}
    answer = admin.post("/auth/users", json=NEW | fresh | {field: taken[field]})
    assert answer.status_code == 409
    assert [(e["pointer"], e["rule"]) for e in answer.json()["errors"]] == [(f"/{field}", "taken")]


def test_a_change_is_applied_and_audited(service: Service, admin: httpx.Client, person: Person):
    body = person.body | {"last_name": "Cambiata", "roles": ["payments_officer", "operator"]}
    answer = admin.put(f"/auth/users/{person.username}", json=body)
    assert answer.status_code == 200
    assert answer.json()["roles"] == ["operator", "payments_officer"]
    entries = service.rows(
        "select action, details from audit_entry where entity_id = %s order by seq", answer.json()["id"]
    )
    assert [entry["action"] for entry in entries] == ["user_created", "user_changed"]
    assert entries[1]["details"]["changed"] == ["last_name", "roles"]
    assert "Cambiata" not in str(entries)


def test_disabling_has_an_audit_row_of_its_own(service: Service, admin: httpx.Client, person: Person):
    answer = admin.put(f"/auth/users/{person.username}", json=person.body | {"active": False})
    assert answer.json()["active"] is False
    rows = service.rows("select action from audit_entry where entity_id = %s order by seq desc", answer.json()["id"])
    assert rows[0]["action"] == "user_disabled"


def test_a_new_address_is_the_one_that_logs_in(admin: httpx.Client, person: Person, browser: Browser):
    address = f"{uuid4().hex[:8]}@example.org"
    admin.put(f"/auth/users/{person.username}", json=person.body | {"email": address}).raise_for_status()
    assert browser.log_in(address, person.password).status_code == 302


def test_a_new_password_ends_what_was_open(admin: httpx.Client, person: Person, browser: Browser):
    tokens = browser.tokens(person.username, person.password)
    body = person.body | {"password": "neve-sul-passo-55"}
    admin.put(f"/auth/users/{person.username}", json=body).raise_for_status()
    assert browser.refresh(tokens["refresh_token"]).status_code == 400
    assert browser.authorize().headers["location"].startswith("/accounts/login/")
    assert browser.log_in(person.username, "neve-sul-passo-55").status_code == 302


def test_an_unknown_user_cannot_be_changed(admin: httpx.Client, person: Person):
    answer = admin.put("/auth/users/chi.e", json=person.body)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_another_funds_users_do_not_exist(service: Service, admin: httpx.Client, person: Person):
    service.execute("update login_user set fund = 'other' where username = %s", person.username)
    assert admin.put(f"/auth/users/{person.username}", json=person.body).status_code == 404
    names = [user["username"] for user in admin.get("/auth/users?limit=200").json()["items"]]
    assert person.username not in names
    duplicate = admin.post("/auth/users", json=NEW | {"username": person.username})
    assert duplicate.status_code == 409


def test_pages_follow_each_other_without_gap_or_repetition(admin: httpx.Client, new_person: Callable[..., Person]):
    made = {new_person(roles=["medical_consultant"]).username for _ in range(5)}
    seen, cursor = [], None
    while True:
        query = {"role": "medical_consultant", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = admin.get("/auth/users", params=query).json()
        assert len(page["items"]) <= 2
        seen += [user["username"] for user in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(seen)
    assert made <= set(seen)
    assert len(seen) == len(set(seen))


def test_the_list_narrows_and_its_reading_is_audited(service: Service, admin: httpx.Client, person: Person):
    admin.put(f"/auth/users/{person.username}", json=person.body | {"active": False}).raise_for_status()
    users = admin.get("/auth/users?active=false&limit=200").json()["items"]
    assert person.username in [user["username"] for user in users]
    assert all(user["active"] is False for user in users)
    (entry,) = service.rows("select * from audit_entry where action = 'users_listed' order by seq desc limit 1")
    assert entry["details"]["ids"] == [user["id"] for user in users]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/query/limit"),
        ("limit=201", "/query/limit"),
        ("cursor=abc", "/query/cursor"),
        ("sort=x", "/query/sort"),
        ("role=%00", "/query/role"),
    ],
)
def test_a_bad_question_is_refused(admin: httpx.Client, query: str, pointer: str):
    answer = admin.get(f"/auth/users?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_only_the_funds_administrator_is_served(service: Service):
    url = f"{service.url}/auth/users"
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, headers={"authorization": "Bearer ey.no.pe"}).status_code == 401
    token = machine_token(service, "facility-cardio", service.secret_of("FACILITY_CARDIO"))
    answer = httpx.post(url, json=NEW, headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_another_method_is_refused(admin: httpx.Client):
    answer = admin.delete("/auth/users")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


def test_who_lacks_ops_neither_grants_it_nor_touches_who_has_it(
    service: Service, new_person: Callable[..., Person], new_browser: Callable[[], Browser]
):
    browser = new_browser()
    boss = new_person(roles=["fund_admin"])
    token = browser.tokens(boss.username, boss.password)["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    granted = browser.http.put(f"/auth/users/{boss.username}", headers=headers, json=boss.body | {"roles": ["ops"]})
    assert granted.status_code == 422
    assert granted.json()["errors"][0]["rule"] == "not_grantable"
    body = boss.body | {"email": "admin@example.org", "password": "presa-di-forza-12"}
    taken = browser.http.put("/auth/users/admin", headers=headers, json=body)
    assert taken.status_code == 403
    assert new_browser().log_in("admin", service.password_of("ADMIN")).status_code == 302
