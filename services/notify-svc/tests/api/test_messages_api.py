"""The history of messages over HTTP, by its callers."""

from typing import Any
from uuid import UUID, uuid4

from httpx import AsyncClient

from kit.testing.tokens import TokenFactory
from notify_svc.entrypoints.figures import ATTEMPTS, MESSAGES, Figures

MEMBER = UUID("01890a5d-ac96-774b-bcce-b302099a8001")


def member_headers(tokens: TokenFactory, member_id: UUID = MEMBER) -> dict[str, str]:
    return tokens.headers(roles=["member"], member_id=member_id)


async def test_members_see_their_own_newest_first(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_contact: Any, make_settled: Any
) -> None:
    await harness.receive(make_contact(), make_settled(case_number="2026-000001"), make_settled(uuid4()))
    await harness.receive(make_settled(case_number="2026-000002"))
    await harness.courier.run()
    answer = await client.get("/v1/messages", headers=member_headers(tokens))
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert [item["subject"] for item in items] == [
        "Pratica 2026-000002: rimborso approvato",
        "Pratica 2026-000001: rimborso approvato",
    ]
    assert {item["state"] for item in items} == {"delivered"}
    assert {item["member_id"] for item in items} == {str(MEMBER)}


async def test_a_member_cannot_ask_for_anothers(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_settled: Any
) -> None:
    other = uuid4()
    await harness.receive(make_settled(other))
    answer = await client.get(f"/v1/messages?member_id={other}", headers=member_headers(tokens))
    assert answer.json()["items"] == []
    [row] = await harness.rows("select id from message")
    answer = await client.get(f"/v1/messages/{row['id']}", headers=member_headers(tokens))
    assert answer.status_code == 404
    assert answer.json()["code"] == "message_not_found"


async def test_operators_narrow_the_history_down(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_settled: Any, make_event: Any
) -> None:
    await harness.receive(make_settled())
    decided = {"claim_id": str(uuid4()), "member_id": str(MEMBER), "number": 2}
    await harness.receive(make_event("rules.instalment_decided.v1", decided | {"outcome": "pay"}))
    await harness.receive(make_event("rules.instalment_decided.v1", decided | {"outcome": "lapse"}))
    operator = tokens.headers(roles=["operator"])

    async def found(query: str) -> list[str]:
        answer = await client.get(f"/v1/messages?{query}", headers=operator)
        assert answer.status_code == 200, answer.text
        return [item["template"] for item in answer.json()["items"]]

    assert await found("template=instalment_lapsed") == ["instalment_lapsed"]
    assert len(await found("created_from=2026-11-20&created_to=2026-11-20")) == 2
    assert await found("created_from=2026-11-21") == []
    assert await found("created_to=2026-11-19") == []
    wrong = await client.get("/v1/messages?created_to=yesterday", headers=operator)
    assert wrong.status_code == 422


async def test_figures_tell_how_many_messages_wait_or_failed(
    harness: Any, make_contact: Any, make_settled: Any
) -> None:
    harness.smtp.on_data = lambda _message: "554 no"
    await harness.receive(make_contact(), make_settled(), make_settled(uuid4()))
    before = ATTEMPTS.labels("refused", "failed")._value.get()
    await harness.courier.run()
    await Figures(harness.services).run()
    counts = {state: MESSAGES.labels(state)._value.get() for state in ("waiting_contact", "queued", "failed")}
    assert counts == {"waiting_contact": 1, "queued": 0, "failed": 1}
    assert ATTEMPTS.labels("refused", "failed")._value.get() == before + 1


async def test_pages_by_cursor(harness: Any, client: AsyncClient, tokens: TokenFactory, make_settled: Any) -> None:
    await harness.receive(*(make_settled(case_number=f"2026-{n:06}") for n in range(5)))
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        answer = (await client.get(f"/v1/messages?limit=2{cursor}", headers=member_headers(tokens))).json()
        seen += [item["message_id"] for item in answer["items"]]
        cursor = f"&cursor={answer['next_cursor']}"
    assert answer["next_cursor"] is None
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)
    forged = await client.get("/v1/messages?cursor=AAAA", headers=member_headers(tokens))
    assert (forged.status_code, forged.json()["code"]) == (422, "invalid_input")


async def test_operators_filter_by_member_and_state(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_contact: Any, make_settled: Any
) -> None:
    waiting = uuid4()
    await harness.receive(make_contact(), make_settled(), make_settled(waiting))
    await harness.courier.run()
    headers = tokens.headers(roles=["operator"])
    by_state = (await client.get("/v1/messages?state=waiting_contact", headers=headers)).json()["items"]
    by_member = (await client.get(f"/v1/messages?member_id={MEMBER}", headers=headers)).json()["items"]
    assert [item["member_id"] for item in by_state] == [str(waiting)]
    assert [item["state"] for item in by_member] == ["delivered"]
    audited = await harness.rows("select person_id from audit_entry where action = 'message.listed' order by seq")
    assert [row["person_id"] for row in audited] == [None, MEMBER]


async def test_a_message_shows_its_text_and_staff_see_the_attempts(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_contact: Any, make_settled: Any
) -> None:
    await harness.receive(make_contact(), make_settled())
    await harness.courier.run()
    [row] = await harness.rows("select id from message")
    for_member = (await client.get(f"/v1/messages/{row['id']}", headers=member_headers(tokens))).json()
    operator = tokens.headers(roles=["operator"])
    for_operator = (await client.get(f"/v1/messages/{row['id']}", headers=operator)).json()
    assert "90,00" in for_member["text"]
    assert (for_member["language"], for_member["has_attachment"], for_member["attempts"]) == ("it", False, [])
    assert [one["outcome"] for one in for_operator["attempts"]] == ["accepted"]
    actors = await harness.rows("select actor, person_id from audit_entry where action = 'message.read' order by seq")
    assert [row["actor"].split(":")[0] for row in actors] == ["member", "operator"]
    assert {row["person_id"] for row in actors} == {MEMBER}


async def test_another_funds_operator_finds_nothing(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_settled: Any
) -> None:
    await harness.receive(make_settled())
    [row] = await harness.rows("select id from message")
    headers = tokens.headers(roles=["operator"], fund="onaosi")
    assert (await client.get("/v1/messages", headers=headers)).json()["items"] == []
    assert (await client.get(f"/v1/messages/{row['id']}", headers=headers)).status_code == 404


async def test_an_operator_sends_again_once_per_key(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_contact: Any, make_settled: Any
) -> None:
    harness.smtp.on_rcpt = lambda _recipient: "550 unknown"
    await harness.receive(make_contact(), make_settled())
    await harness.courier.run()
    harness.smtp.on_rcpt = lambda _recipient: None
    await harness.receive(make_contact(version=2, email="right@example.org"))
    [row] = await harness.rows("select id, state from message")
    assert row["state"] == "failed"
    headers = tokens.headers(roles=["operator"], key="resend-0001")
    first = await client.post(f"/v1/messages/{row['id']}/resend", headers=headers)
    again = await client.post(f"/v1/messages/{row['id']}/resend", headers=headers)
    assert (first.status_code, first.json()["state"], first.json()["reason"]) == (202, "queued", None)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "true")
    await harness.courier.run()
    [message] = harness.smtp.accepted
    assert harness.smtp.recipients == ["right@example.org"]
    assert message["Message-ID"] == f"<{row['id']}.1@mutua.example>"


async def test_a_message_on_its_way_cannot_be_sent_again(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_contact: Any, make_settled: Any
) -> None:
    await harness.receive(make_contact(), make_settled())
    [row] = await harness.rows("select id from message")
    headers = tokens.headers(roles=["operator"], key="resend-0002")
    answer = await client.post(f"/v1/messages/{row['id']}/resend", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "message_transition_forbidden")


async def test_only_operators_send_again(client: AsyncClient, tokens: TokenFactory) -> None:
    headers = tokens.headers(roles=["member"], member_id=MEMBER, key="resend-0003")
    assert (await client.post(f"/v1/messages/{uuid4()}/resend", headers=headers)).status_code == 403
    operator = tokens.headers(roles=["operator"])
    assert (await client.post(f"/v1/messages/{uuid4()}/resend", headers=operator)).status_code == 422
    missing = tokens.headers(roles=["operator"], key="resend-0004")
    assert (await client.post(f"/v1/messages/{uuid4()}/resend", headers=missing)).status_code == 404


async def test_a_list_costs_the_same_for_one_and_for_many(
    harness: Any, client: AsyncClient, tokens: TokenFactory, make_settled: Any
) -> None:
    from sqlalchemy import event  # noqa: PLC0415 (only this test counts)

    statements: list[str] = []
    engine = harness.services.uow.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    counts = []
    for _ in range(2):
        await harness.receive(*(make_settled() for _ in range(20)))
        statements.clear()
        await client.get("/v1/messages", headers=member_headers(tokens))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 4


async def test_templates_can_be_listed_and_looked_at(client: AsyncClient, tokens: TokenFactory) -> None:
    headers = tokens.headers(roles=["operator"])
    items = (await client.get("/v1/templates", headers=headers)).json()["items"]
    assert len(items) == 18
    for item in items:
        assert set(item["versions"]) == {"it", "en"}
        for language, title in (("it", "Che cosa fare ora"), ("en", "What to do now")):
            address = f"/v1/templates/{item['name']}/preview?language={language}"
            html = await client.get(address, headers=headers)
            text = await client.get(f"{address}&format=text", headers=headers)
            assert html.headers["content-type"] == "text/html; charset=utf-8"
            assert text.headers["content-type"] == "text/plain; charset=utf-8"
            assert "default-src 'none'" in html.headers["content-security-policy"]
            assert title in html.text
            assert title.upper() in text.text


async def test_previews_refuse_what_is_not_there(client: AsyncClient, tokens: TokenFactory) -> None:
    headers = tokens.headers(roles=["operator"])
    assert (await client.get("/v1/templates/nothing/preview", headers=headers)).status_code == 404
    wrong = await client.get("/v1/templates/claim_settled/preview?language=fr", headers=headers)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/query/language")
    assert (await client.get("/v1/templates", headers=member_headers(tokens))).status_code == 403
    assert (await client.get("/v1/templates")).status_code == 401
