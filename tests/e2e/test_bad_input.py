"""Bad input through the front door: each answer names the field and the rule, and nothing has changed."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import jwt
import pytest

from mutua_local.demo.client import Caller, CallRefused
from mutua_local.demo.papers import paper
from mutua_local.login import login

pytestmark = pytest.mark.e2e
PROBLEM = "application/problem+json"
MIB = 1024 * 1024


def today() -> str:
    return datetime.now(UTC).date().isoformat()


@pytest.fixture
async def expense(mario: Caller):
    me = await mario.get("/v1/me")
    person = next(one["person_id"] for one in me["persons"] if one["relation"] == "member")
    return {
        "person_id": person,
        "article": "3.6",
        "document_number": f"E-{uuid4()}",
        "document_date": today(),
        "amount_cents": 10000,
        "provider": {"kind": "specialist", "specialty": "cardiologia"},
        "service": "visita specialistica",
    }


@pytest.fixture
async def case(mario: Caller) -> str:
    return (await mario.post("/v1/cases"))["case_id"]


async def refused(call) -> CallRefused:
    with pytest.raises(CallRefused) as error:
        await call
    return error.value


def far_future() -> str:
    return (datetime.now(UTC) + timedelta(days=3650)).date().isoformat()


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("article", "9.99", "/article"),
        ("amount_cents", -1, "/amount_cents"),
        ("amount_cents", 10.5, "/amount_cents"),
        ("amount_cents", "100", "/amount_cents"),
        ("document_date", far_future(), "/document_date"),
        ("document_date", 20260101, "/document_date"),
        ("currency", "ZZZ", "/currency"),
    ],
)
async def test_a_bad_expense_is_refused_by_its_field(mario, case, expense, field, value, pointer):
    error = await refused(mario.post(f"/v1/cases/{case}/claims", expense | {field: value}))
    assert error.status == 422
    assert [one["pointer"] for one in error.problem["errors"]] == [pointer]
    assert error.problem["errors"][0]["rule"]
    assert (await mario.get(f"/v1/cases/{case}"))["claims"] == []


async def test_a_wrong_iban_keeps_the_account(mario):
    before = (await mario.get("/v1/me"))["bank_account"]
    wrong = {"iban": "IT60X0542811101000000123457", "holder": "Mario Rossi"}
    error = await refused(mario.put("/v1/me/bank-account", wrong))
    assert (error.status, error.problem["errors"][0]["pointer"]) == (422, "/iban")
    assert (await mario.get("/v1/me"))["bank_account"] == before


async def test_a_wrong_codice_fiscale_registers_nobody(office):
    body = {
        "first_name": "Piero",
        "last_name": "Falsi",
        "fiscal_code": "FLSPRI80A01F205A",
        "birth_date": "1980-01-01",
        "category": "employee",
        "enrolled_on": "2020-01-01",
        "contact": {"email": "piero.falsi@example.org"},
    }
    error = await refused(office.put("/v1/members/by-number/999999", body))
    assert (error.status, error.problem["errors"][0]["pointer"]) == (422, "/fiscal_code")
    assert (await office.get("/v1/members", q="Falsi"))["items"] == []


async def test_what_is_no_pdf_or_picture_is_not_stored(mario):
    error = await refused(mario.upload("invoice", "invoice.pdf", b"PK\x03\x04 not a pdf at all"))
    assert error.status in {415, 422}
    assert error.problem["errors"][0]["pointer"] == "/file"


def test_thirty_megabytes_are_refused(system, mario_token):
    # The answer comes while the body is still being sent; asyncio's transport would drop it with the broken pipe.
    files = {"file": ("big.pdf", b"%PDF-1.7\n" + b"0" * 30 * MIB, "application/pdf")}
    headers = {"Authorization": f"Bearer {mario_token}", "Idempotency-Key": str(uuid4())}
    request = httpx.Request("POST", f"{system.url}/v1/documents", data={"kind": "invoice"}, files=files)
    body = request.read()
    answer = httpx.post(
        request.url, content=body, headers=headers | {"Content-Type": request.headers["Content-Type"]}, timeout=60
    )
    assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


async def test_a_stranger_s_claim_is_not_there(system, office, mario, case, expense):
    claim = await mario.post(f"/v1/cases/{case}/claims", expense)
    password = f"Ab-{uuid4()}"
    name = f"stranger.{uuid4().hex[:8]}"
    await office.post(
        "/auth/users",
        {
            "username": name,
            "email": f"{name}@example.org",
            "first_name": "Ugo",
            "last_name": "Altri",
            "roles": ["member"],
            "member_id": str(uuid4()),
            "password": password,
        },
    )
    async with httpx.AsyncClient(base_url=system.url, timeout=30) as http:
        stranger = Caller(http, (await login(system.url, name, password)).access_token)
        for path in (f"/v1/claims/{claim['claim_id']}", f"/v1/cases/{case}"):
            assert (await refused(stranger.get(path))).status == 404
        unknown = await refused(stranger.get(f"/v1/claims/{uuid4()}"))
        known = await refused(stranger.get(f"/v1/claims/{claim['claim_id']}"))
        assert unknown.problem["detail"] == known.problem["detail"]


async def test_an_expired_token_is_refused_though_its_signature_is_good(system, http, mario_token):
    header = jwt.get_unverified_header(mario_token)
    claims = jwt.decode(mario_token, options={"verify_signature": False})
    key = (system.home / "identity-key.pem").read_text()
    for change, status in (({"exp": int(time.time()) - 120}, 401), ({}, 200)):
        token = jwt.encode(claims | change, key, algorithm="RS256", headers={"kid": header["kid"]})
        answer = await http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


async def test_the_same_key_with_another_body_is_refused(http, mario_token, case, expense, key):
    headers = {"Authorization": f"Bearer {mario_token}", "Idempotency-Key": key}
    path = f"/v1/cases/{case}/claims"
    first = await http.post(path, json=expense, headers=headers)
    again = await http.post(path, json=expense, headers=headers)
    other = await http.post(path, json=expense | {"amount_cents": 1}, headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert other.json()["code"] == "idempotency_key_reused"
    listed = await http.get(f"/v1/cases/{case}", headers=headers)
    assert len(listed.json()["claims"]) == 1


async def test_missing_consents_are_named_and_nothing_is_sent(mario, case, expense):
    await mario.post(f"/v1/cases/{case}/claims", expense)
    # Said no, not left out: a flag that is left out stands for a consent that was given before.
    consents = {"upload_rules": True, "privacy_notice": False, "health_data": False}
    error = await refused(mario.post(f"/v1/cases/{case}/submit", {"consents": consents}))
    assert error.status == 422
    pointers = {one["pointer"] for one in error.problem["errors"]}
    assert pointers == {"/consents/privacy_notice", "/consents/health_data"}
    assert (await mario.get(f"/v1/cases/{case}"))["state"] == "draft"


async def test_the_papers_of_the_demo_are_accepted(mario):
    sheet = paper(
        title="Fattura 1",
        issuer="dott. Prova",
        issuer_line="specialista",
        holder="Mario Rossi",
        fiscal_code="RSSMRA75H15F205E",
        day=datetime.now(UTC).date(),
        lines=[("Visita", 100)],
    )
    assert await mario.upload("invoice", "fattura.pdf", sheet)
