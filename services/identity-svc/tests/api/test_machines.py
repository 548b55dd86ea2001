import httpx
import jwt
import pytest
from identity_service import FACILITY_ID, Service, machine_token


def ask(service: Service, client_id: str, secret: str, **form: str) -> httpx.Response:
    data = {"grant_type": "client_credentials"} | form
    return httpx.post(f"{service.url}/identity/o/api/token", data=data, auth=(client_id, secret))


def test_a_facilitys_machine_acts_for_its_facility(service: Service):
    token = machine_token(service, "facility-cardio", service.secret_of("FACILITY_CARDIO"))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["sub"] == claims["client_id"] == "facility-cardio"
    assert claims["roles"] == ["facility"]
    assert claims["facility_id"] == FACILITY_ID
    assert (claims["iss"], claims["aud"], claims["token_use"]) == (service.url, "mutua-api", "access")
    assert claims["fund"] == "fnm"
    assert claims["scope"] == "api"
    assert "member_id" not in claims


def test_machines_get_no_refresh_token(service: Service):
    assert "refresh_token" not in ask(service, "fund-admin", service.secret_of("FUND_ADMIN")).json()


@pytest.mark.parametrize("client_id", ["facility-cardio", "nobody"])
def test_a_wrong_secret_is_refused(service: Service, client_id: str):
    answer = ask(service, client_id, "wrong")
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_the_public_client_is_no_machine(service: Service):
    answer = httpx.post(
        f"{service.url}/identity/o/api/token", data={"grant_type": "client_credentials", "client_id": "mutua-spa"}
    )
    assert answer.status_code in {400, 401}
    assert "access_token" not in answer.json()


def test_a_scope_beyond_the_clients_own_is_refused(service: Service):
    answer = ask(service, "fund-admin", service.secret_of("FUND_ADMIN"), scope="openid")
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_scope"


@pytest.mark.parametrize("resource", ["https://other.example/api", "nonsense"])
def test_another_audience_cannot_be_asked_for(service: Service, resource: str):
    answer = ask(service, "fund-admin", service.secret_of("FUND_ADMIN"), resource=resource)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_target"


def test_a_new_machine_is_registered_and_its_secret_works(service: Service, admin: httpx.Client):
    body = {"client_id": "lab-analisi", "name": "Laboratorio", "roles": ["facility"], "facility_id": FACILITY_ID}
    answer = admin.post("/auth/clients", json=body)
    assert answer.status_code == 201
    made = answer.json()
    assert made["fund"] == "fnm"
    token = machine_token(service, "lab-analisi", made["client_secret"])
    assert jwt.decode(token, options={"verify_signature": False})["facility_id"] == FACILITY_ID
    (stored,) = service.rows("select secret from allauth_idp_oidc_client where id = 'lab-analisi'")
    assert made["client_secret"] not in stored["secret"]
    (entry,) = service.rows("select * from audit_entry where entity = 'client' and entity_id = 'lab-analisi'")
    assert (entry["action"], entry["actor"], entry["fund"]) == ("client_created", "operator:fund-admin", "fnm")
    assert made["client_secret"] not in str(entry)
    again = admin.post("/auth/clients", json=body)
    assert again.status_code == 409
    assert again.json()["errors"][0]["pointer"] == "/client_id"
    assert machine_token(service, "lab-analisi", made["client_secret"])


@pytest.mark.parametrize("client_id", ["mutua-spa", "fund-admin"])
def test_an_existing_client_is_never_taken_over(service: Service, admin: httpx.Client, client_id: str):
    answer = admin.post("/auth/clients", json={"client_id": client_id, "name": "X", "roles": ["operator"]})
    assert answer.status_code == 409
    assert machine_token(service, "fund-admin", service.secret_of("FUND_ADMIN"))


@pytest.mark.parametrize(
    ("change", "pointer", "rule"),
    [
        ({"facility_id": None}, "/facility_id", "required_for_role"),
        ({"facility_id": "12"}, "/facility_id", "uuid_parsing"),
        ({"roles": ["member"]}, "/roles/0", "person_only"),
        ({"roles": ["boss"]}, "/roles/0", "unknown_role"),
        ({"roles": []}, "/roles", "too_short"),
        ({"client_id": "Ünder score"}, "/client_id", "string_pattern_mismatch"),
        ({"fund": "other"}, "/fund", "extra_forbidden"),
    ],
)
def test_a_bad_machine_is_refused_by_field_and_rule(admin: httpx.Client, change: dict, pointer: str, rule: str):
    body = {"client_id": "bad-one", "name": "X", "roles": ["facility"], "facility_id": FACILITY_ID} | change
    answer = admin.post("/auth/clients", json=body)
    assert answer.status_code == 422
    assert (pointer, rule) in [(e["pointer"], e["rule"]) for e in answer.json()["errors"]]
