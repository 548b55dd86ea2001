"""The list "Le tue pratiche": rows of claims and direct services, totals, CSV, papers given once."""

from uuid import uuid4

from factories_claims import Desk, Practices, claim_body, person_of

from kit.clock import FixedClock


async def test_rows_and_filters(desk: Desk) -> None:
    practices = Practices(desk)
    await practices.prepare()
    assert await practices.labels() == ["IMPEGNATO DIRETTA", "INSERITA", "LIQUIDATA"]
    assert await practices.labels(state="committed_direct") == ["IMPEGNATO DIRETTA"]
    assert await practices.labels(state="submitted") == ["INSERITA"]
    assert await practices.labels(name="aura v") == ["IMPEGNATO DIRETTA"]
    assert await practices.labels(document_from="2026-10-05", document_to="2026-10-05") == ["LIQUIDATA"]
    assert await practices.labels(document_from="2026-12-01") == ["IMPEGNATO DIRETTA"]
    assert await practices.labels(requested_to="2026-11-01") == []
    seen, query = [], {"limit": "1"}
    while True:
        page = (await practices.get("", **query)).json()
        seen += [row["row_id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert len(set(seen)) == 3
    stranger = await desk.client.get("/v1/claims", headers=desk.member(uuid4()))
    assert stranger.json()["items"] == []


async def test_totals_and_export(desk: Desk, clock: FixedClock) -> None:
    practices = Practices(desk)
    await practices.prepare()
    totals = (await practices.get("/totals")).json()["items"]
    assert totals == [
        {
            "year": 2026,
            "rows": 3,
            "requested_cents": 42000,
            "settled_cents": 9000,
            "committed_cents": 9000,
            "unconverted_rows": 0,
        }
    ]
    export = await practices.get("/export", state="committed_direct")
    assert export.headers["content-type"] == "text/csv; charset=utf-8"
    head, row = export.text.removeprefix("\ufeff").splitlines()
    assert head.startswith(
        "Data Fattura;Data richiesta;Importo Richiesto;Importo Liquidato;Prestazione;Assistito;Stato"
    )
    assert row == "16/12/2026;02/11/2026;120,00;0,00;'=visita;Laura Verdi;IMPEGNATO DIRETTA;AUT-1;120,00;EUR"
    assert len((await practices.get("/export")).text.splitlines()) == 4
    nameless = await desk.client.get("/v1/claims/totals", headers=desk.staff("operator"))
    assert (nameless.status_code, nameless.json()["code"]) == (422, "member_not_named")


async def test_an_invoice_paid_directly_is_not_claimed_again(desk: Desk) -> None:
    practices = Practices(desk)
    await practices.prepare()
    await practices.close()
    assert "LIQUIDATA DIRETTA" in await practices.labels()
    case_id = await desk.open_case(practices.member["member_id"])
    same = claim_body(person_of(practices.member, "spouse"), document_number="2026/1187")
    refused = await desk.add(practices.member["member_id"], case_id, same)
    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate_expense")
    assert (refused.json()["booking_id"], refused.json()["booking_code"]) == (practices.booking_id, "AUT-1")
    other = claim_body(person_of(practices.member, "member"), document_number="2026/1187")
    assert (await desk.add(practices.member["member_id"], case_id, other)).status_code == 201


async def test_who_has_the_answer_already_gets_304(desk: Desk) -> None:
    practices = Practices(desk)
    await practices.prepare()
    first = await practices.get("")
    headers = desk.member(practices.member["member_id"]) | {"If-None-Match": first.headers["etag"]}
    assert (await desk.client.get("/v1/claims", headers=headers)).status_code == 304
    await practices.close()
    assert (await desk.client.get("/v1/claims", headers=headers)).status_code == 200
