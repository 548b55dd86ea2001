"""Bad input gets an answer that names the field and the rule, and changes nothing."""

from typing import Any
from uuid import uuid4

from factories_claims import (
    CONSENTS,
    NEW_IBAN,
    OTHER,
    Desk,
    claim_body,
    member_body,
    other_member_body,
    person_of,
    state_of,
)

from kit.testing.databases import ServiceDatabase

BAD_EXPENSES: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("unknown article", {"article": "9.9"}, 422, "/article", "unknown_article"),
    (
        "unknown article of a line",
        {"items": [{"article": "9.9", "amount_cents": 15000}]},
        422,
        "/items/0/article",
        "unknown_article",
    ),
    ("article not yet in force", {"document_date": "2020-01-02"}, 422, "/article", "unknown_article"),
    ("negative amount", {"amount_cents": -1}, 422, "/amount_cents", "greater_than"),
    ("zero amount", {"amount_cents": 0}, 422, "/amount_cents", "greater_than"),
    ("float amount", {"amount_cents": 150.5}, 422, "/amount_cents", "int_type"),
    ("whole float amount", {"amount_cents": 150.0}, 422, "/amount_cents", "int_type"),
    ("text amount", {"amount_cents": "150"}, 422, "/amount_cents", "int_type"),
    ("enormous amount", {"amount_cents": 10**20}, 422, "/amount_cents", "less_than_equal"),
    ("true as amount", {"amount_cents": True}, 422, "/amount_cents", "int_type"),
    ("future date", {"document_date": "2026-11-03"}, 422, "/document_date", "date_not_in_future"),
    ("number as date", {"document_date": 20261001}, 422, "/document_date", "value_error"),
    ("impossible date", {"document_date": "2026-02-30"}, 422, "/document_date", "date_from_datetime_parsing"),
    ("small currency", {"currency": "chf"}, 422, "/currency", "string_pattern_mismatch"),
    ("unknown currency", {"currency": "ZZZ"}, 422, "/currency", "value_error"),
    ("direct mode", {"mode": "direct"}, 422, "/mode", "literal_error"),
    ("lines do not sum", {"items": [{"amount_cents": 1}]}, 422, "/items", "items_sum"),
    ("stamp above amount", {"stamp_duty_cents": 15001}, 422, "/amount_cents", "parts_within_amount"),
    ("no number", {"document_number": None}, 422, "/document_number", "document_number_required"),
    ("no amount", {"amount_cents": None}, 422, "/amount_cents", "amount_required"),
    ("no date", {"document_date": None}, 422, "/document_date", "value_error"),
    ("empty number", {"document_number": "  "}, 422, "/document_number", "string_too_short"),
    ("NUL in a text", {"service": "a\x00b"}, 422, "/service", "string_pattern_mismatch"),
    ("unknown field", {"amount": 1}, 422, "/amount", "extra_forbidden"),
    (
        "wrong partita IVA",
        {"provider": {"kind": "specialist", "vat_number": "12345678901"}},
        422,
        "/provider/vat_number",
        "vat_number_check",
    ),
    ("stranger", {"person_id": str(uuid4())}, 404, "/person_id", "person_not_found"),
    (
        "unknown document",
        {"documents": [{"document_id": str(uuid4())}]},
        404,
        "/documents/0/document_id",
        "document_not_found",
    ),
]


async def test_bad_expenses(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id = await desk.open_case(member["member_id"])
    before = await state_of(database.admin_dsn)
    for name, changes, status, pointer, rule in BAD_EXPENSES:
        answer = await desk.add(member["member_id"], case_id, claim_body(person_of(member, "member")) | changes)
        assert answer.status_code == status, name
        assert answer.headers["content-type"] == "application/problem+json", name
        assert (pointer, rule) in [(one["pointer"], one["rule"]) for one in answer.json()["errors"]], name
        assert await state_of(database.admin_dsn) == before, name


async def test_no_plan_known_yet_is_a_passing_state(desk: Desk) -> None:
    member = await desk.register()
    case_id = await desk.open_case(member["member_id"])
    answer = await desk.add(member["member_id"], case_id, claim_body(person_of(member, "member")))
    assert (answer.status_code, answer.json()["code"]) == (503, "plan_unknown")


async def test_person_out_of_the_family_on_that_day(desk: Desk) -> None:
    await desk.publish_plan()
    spouse = member_body()["persons"][0] | {"valid_from": "2026-10-06"}
    member = await desk.register(body=member_body(persons=[spouse]))
    case_id = await desk.open_case(member["member_id"])
    answer = await desk.add(member["member_id"], case_id, claim_body(person_of(member, "spouse")))
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "1.2")


BAD_MEMBERS: list[tuple[str, dict[str, Any], str, str]] = [
    ("check character", {"fiscal_code": "RSSMRA75H15F205X"}, "/fiscal_code", "fiscal_code_check"),
    ("length", {"fiscal_code": "RSSMRA75H15"}, "/fiscal_code", "fiscal_code_length"),
    ("another birth date", {"birth_date": "1975-06-16"}, "/fiscal_code", "fiscal_code_birth_date"),
    (
        "relative's code",
        {"persons": [member_body()["persons"][0] | {"fiscal_code": OTHER}]},
        "/persons/0/fiscal_code",
        "fiscal_code_birth_date",
    ),
    (
        "repeated code",
        {"persons": [member_body()["persons"][0] | {"fiscal_code": "rssmra75h15f205e", "birth_date": "1975-06-15"}]},
        "/persons/0/fiscal_code",
        "fiscal_code_repeated",
    ),
    (
        "IBAN",
        {"bank_account": {"iban": "IT60X0542811101000000123457", "holder": "M"}},
        "/bank_account/iban",
        "iban_check",
    ),
    (
        "CIN of the IBAN",
        {"bank_account": {"iban": "IT50Y0542811101000000123456", "holder": "M"}},
        "/bank_account/iban",
        "iban_check",
    ),
    ("left before enrolled", {"left_on": "2009-01-01"}, "/left_on", "left_before_enrolled"),
    ("e-mail", {"contact": {"email": "nobody"}}, "/contact/email", "string_pattern_mismatch"),
    ("category", {"category": "king"}, "/category", "enum"),
]


async def test_bad_members(desk: Desk, database: ServiceDatabase) -> None:
    await desk.register()
    before = await state_of(database.admin_dsn)
    for name, changes, pointer, rule in BAD_MEMBERS:
        body = member_body(**changes)
        answer = await desk.client.put("/v1/members/by-number/10001", json=body, headers=desk.staff())
        assert answer.status_code == 422, name
        assert (pointer, rule) in [(one["pointer"], one["rule"]) for one in answer.json()["errors"]], name
        assert await state_of(database.admin_dsn) == before, name


async def test_wrong_iban_of_a_member(desk: Desk, database: ServiceDatabase) -> None:
    member = await desk.register()
    before = await state_of(database.admin_dsn)
    body = {"iban": NEW_IBAN.replace("451", "452"), "holder": "Mario Rossi"}
    answer = await desk.client.put("/v1/me/bank-account", json=body, headers=desk.member(member["member_id"]))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/iban")
    assert await state_of(database.admin_dsn) == before


async def test_ids_and_codes_of_others(desk: Desk, database: ServiceDatabase) -> None:
    member = await desk.register()
    before = await state_of(database.admin_dsn)
    taken_id = other_member_body() | {"member_id": member["member_id"]}
    answer = await desk.client.put("/v1/members/by-number/10002", json=taken_id, headers=desk.staff())
    assert (answer.status_code, answer.json()["code"]) == (409, "member_identity_conflict")
    same_code = member_body(persons=[])
    answer = await desk.client.put("/v1/members/by-number/10002", json=same_code, headers=desk.staff())
    assert (answer.status_code, answer.json()["code"]) == (409, "member_identity_conflict")
    person = member_body()["persons"][0] | {"person_id": person_of(member, "spouse")}
    taken_person = other_member_body() | {"persons": [person]}
    answer = await desk.client.put("/v1/members/by-number/10002", json=taken_person, headers=desk.staff())
    assert (answer.status_code, answer.json()["code"]) == (409, "member_identity_conflict")
    assert await state_of(database.admin_dsn) == before


async def test_consent_missing(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id = await desk.open_case(member["member_id"])
    await desk.add(member["member_id"], case_id, claim_body(person_of(member, "member")))
    before = await state_of(database.admin_dsn)
    path = f"/v1/cases/{case_id}/submit"
    for missing in CONSENTS["consents"]:
        body = {"consents": {**CONSENTS["consents"], missing: False}}
        answer = await desk.client.post(path, json=body, headers=desk.member(member["member_id"]))
        assert (answer.status_code, answer.json()["code"]) == (422, "consents_missing")
        assert [one["pointer"] for one in answer.json()["errors"]] == [f"/consents/{missing}"]
    nothing = await desk.client.post(path, json={}, headers=desk.member(member["member_id"]))
    assert len(nothing.json()["errors"]) == 3
    assert await state_of(database.admin_dsn) == before


async def test_empty_or_sent_case_cannot_be_sent(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me = member["member_id"]
    empty = await desk.open_case(me)
    answer = await desk.client.post(f"/v1/cases/{empty}/submit", json=CONSENTS, headers=desk.member(me))
    assert (answer.status_code, answer.json()["code"]) == (409, "case_empty")
    case_id, (claim_id,) = await desk.submitted(member, claim_body(person_of(member, "member")))
    before = await state_of(database.admin_dsn)
    again = await desk.client.post(f"/v1/cases/{case_id}/submit", json=CONSENTS, headers=desk.member(me))
    assert (again.status_code, again.json()["code"]) == (409, "case_not_draft")
    more = await desk.add(me, case_id, claim_body(person_of(member, "member"), document_number="2"))
    assert (more.status_code, more.json()["code"]) == (409, "case_not_draft")
    assert await state_of(database.admin_dsn) == before
    await desk.decide(claim_id)
    settled = await state_of(database.admin_dsn)
    gone = await desk.client.post(f"/v1/claims/{claim_id}/withdraw", headers=desk.member(me))
    assert (gone.status_code, gone.json()["code"]) == (409, "claim_not_withdrawable")
    assert await state_of(database.admin_dsn) == settled


async def test_same_key_with_another_body(desk: Desk, database: ServiceDatabase) -> None:
    await desk.publish_plan()
    member = await desk.register()
    case_id = await desk.open_case(member["member_id"])
    headers = desk.member(member["member_id"])
    body = claim_body(person_of(member, "member"))
    path = f"/v1/cases/{case_id}/claims"
    first = await desk.client.post(path, json=body, headers=headers)
    before = await state_of(database.admin_dsn)
    replay = await desk.client.post(path, json=body, headers=headers)
    assert (replay.status_code, replay.json()) == (201, first.json())
    other = await desk.client.post(path, json=body | {"amount_cents": 1}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    headers.pop("Idempotency-Key")
    without = await desk.client.post(path, json=body, headers=headers)
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "/header/Idempotency-Key")
    assert await state_of(database.admin_dsn) == before
