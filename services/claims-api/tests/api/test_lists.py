"""Pages: a constant number of statements, keyset, filters."""

from collections.abc import Iterator
from contextlib import contextmanager

from factories_claims import CONSENTS, Desk, claim_body, member_body, person_of
from sqlalchemy import event

from claims_api.bootstrap import Services


@contextmanager
def counted(services: Services) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        # The hint to the relay runs beside, whenever it gets to run.
        if not str(arguments[2]).startswith("notify"):
            statements.append(str(arguments[2]))

    engine = services.uow.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_pages_of_cases(desk: Desk) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")
    made = []
    for number in range(5):
        person = person_of(member, "spouse") if number == 3 else own
        case_id, (claim_id,) = await desk.submitted(member, claim_body(person, document_number=str(number)))
        made.append((case_id, claim_id))
    await desk.decide(made[0][1])
    await desk.decide(made[1][1], "pend")

    seen, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await desk.client.get("/v1/cases", params=query, headers=desk.member(me))).json()
        seen += [case["case_id"] for case in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [case_id for case_id, _ in reversed(made)]

    async def filtered(**query: str) -> list[str]:
        answer = await desk.client.get("/v1/cases", params=query, headers=desk.member(me))
        return [case["case_id"] for case in answer.json()["items"]]

    assert await filtered(state="settled") == [made[0][0]]
    assert await filtered(state="suspended") == [made[1][0]]
    assert await filtered(person_id=person_of(member, "spouse")) == [made[3][0]]
    row = (await desk.client.get("/v1/cases?state=settled", headers=desk.member(me))).json()["items"][0]["claims"][0]
    columns = ("document_date", "requested_on", "requested_cents", "settled_cents", "service", "beneficiary")
    assert [row[name] for name in columns] == [
        "2026-10-05",
        "2026-11-02",
        15000,
        9000,
        "visita specialistica",
        "Mario Rossi",
    ]
    assert row["state_label_it"] == "LIQUIDATA"
    for bad in ("nonsense", "A" * 40, f"{cursor}"):
        answer = await desk.client.get("/v1/cases", params={"cursor": bad}, headers=desk.member(me))
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "cursor")
    assert (await desk.client.get("/v1/cases?limit=201", headers=desk.member(me))).status_code == 422
    assert (await desk.client.get("/v1/cases?state=lost", headers=desk.member(me))).status_code == 422


async def test_lists_cost_the_same_for_one_and_for_many(desk: Desk, services: Services) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")

    async def cost(path: str, headers: dict[str, str]) -> int:
        with counted(services) as statements:
            assert (await desk.client.get(path, headers=headers)).status_code == 200
        return len(statements)

    case_id, _ = await desk.submitted(member, claim_body(own))
    paths = {"/v1/cases": desk.member(me), f"/v1/cases/{case_id}": desk.member(me), "/v1/members": desk.staff()}
    one = {path: await cost(path, headers) for path, headers in paths.items()}
    for number in range(6):
        await desk.submitted(member, *(claim_body(own, document_number=f"{number}-{i}") for i in range(3)))
        await desk.register(f"2000{number}", member_body(fiscal_code=_code(number), persons=[]))
    assert {path: await cost(path, headers) for path, headers in paths.items()} == one
    assert one["/v1/cases"] <= 5
    assert one["/v1/members"] <= 3


def _code(number: int) -> str:
    from stdnum.it import codicefiscale  # noqa: PLC0415 (the check character only)

    start = f"RSSMRA75H15{'ABCDEF'[number]}{101 + number}"
    return start + str(codicefiscale.calc_check_digit(start))


async def test_sending_a_case_costs_five_statements(desk: Desk, services: Services) -> None:
    await desk.publish_plan()
    member = await desk.register()
    me, own = member["member_id"], person_of(member, "member")
    costs = []
    for claims in (1, 4):
        case_id = await desk.open_case(me)
        for number in range(claims):
            await desk.add(me, case_id, claim_body(own, document_number=f"{claims}-{number}"))
        with counted(services) as statements:
            answer = await desk.client.post(f"/v1/cases/{case_id}/submit", json=CONSENTS, headers=desk.member(me))
        assert answer.status_code == 200
        costs.append(statements)
    assert [len(one) for one in costs] == [5, 5], costs


async def test_taking_in_a_decision_costs_few_statements(desk: Desk, services: Services) -> None:
    await desk.publish_plan()
    member = await desk.register()
    _, (claim_id,) = await desk.submitted(member, claim_body(person_of(member, "member")))
    with counted(services) as statements:
        await desk.decide(claim_id)
    assert len(statements) <= 10, statements


async def test_search_of_members(desk: Desk) -> None:
    await desk.register("10001")
    await desk.register("10002", member_body(last_name="Ross%", fiscal_code=_code(1), persons=[]))

    async def found(q: str) -> list[str]:
        page = (await desk.client.get("/v1/members", params={"q": q}, headers=desk.staff())).json()
        return [one["number"] for one in page["items"]]

    assert await found("ross") == ["10001", "10002"]
    assert await found("ROSS%") == ["10002"]
    assert await found("1000") == ["10001", "10002"]
    assert await found("verdi") == []
    first = (await desk.client.get("/v1/members?limit=1", headers=desk.staff())).json()
    rest = (await desk.client.get("/v1/members", params={"cursor": first["next_cursor"]}, headers=desk.staff())).json()
    assert [one["number"] for one in first["items"] + rest["items"]] == ["10001", "10002"]
