"""Many messages at once: over a few open connections, in batches, each accepted once."""

import asyncio
import random
from collections import Counter
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

from notify_smtp_server import DROP
from sqlalchemy import event

from notify_svc.domain.delivery import Answer, Outcome
from notify_svc.use_cases.ports import EndedAttempt


async def test_many_messages_over_a_flaky_relay_each_arrive_once(
    harness: Any, make_contact: Any, make_settled: Any
) -> None:
    members = [uuid4() for _ in range(300)]
    for number, member in enumerate(members):
        await harness.receive(make_contact(member, email=f"m{number}@example.org"), make_settled(member))
    whims = random.Random(7)  # noqa: S311 (a seeded test)

    def whim(_given: str | EmailMessage) -> str | None:
        return whims.choice([None, None, None, "451 later", DROP]) if isinstance(_given, EmailMessage) else None

    harness.smtp.on_data = whim
    harness.smtp.on_rcpt = lambda _recipient: whims.choice([None, None, "450 later", "421 closing"])
    others = [harness.another() for _ in range(2)]
    await asyncio.gather(*(other.run() for other in others), harness.courier.run())
    await harness.drain()
    counts = Counter(harness.smtp.recipients)
    assert counts == {f"m{number}@example.org": 1 for number in range(300)}
    assert await harness.states() == {"delivered": 300}
    assert len(await harness.published()) == 300


async def test_an_answer_that_comes_after_the_claim_was_lost_changes_nothing(
    harness: Any, make_contact: Any, make_settled: Any
) -> None:
    await harness.receive(make_contact(), make_settled(), make_settled())
    _claim, [lost, held] = await harness.courier._claim()
    numbers = [await harness.courier._log.turn(None, one) for one in (lost, held)]
    assert numbers == [1, 1]
    await harness.rows("update message set claim = gen_random_uuid() where id = $1", lost.message.id)
    accepted = Answer(Outcome.ACCEPTED, "accepted", 250, "ok")
    await harness.courier._write_turns([EndedAttempt(one, 1, accepted, None) for one in (lost, held)], [])
    rows = await harness.rows("select id, state from message order by id")
    assert [tuple(row) for row in rows] == [(lost.message.id, "sending"), (held.message.id, "delivered")]
    assert await harness.published() == [("notify.message_delivered.v1", "fnm")]


async def test_connections_stay_open_from_one_message_to_the_next(
    harness: Any, make_contact: Any, make_settled: Any
) -> None:
    await harness.receive(make_contact())
    for _ in range(3):
        await harness.receive(make_settled())
        await harness.courier.run()
    assert (len(harness.smtp.accepted), harness.smtp.connections) == (3, 1)
    await harness.services.relay.close_idle(0)
    await harness.receive(make_settled())
    await harness.courier.run()
    assert (len(harness.smtp.accepted), harness.smtp.connections) == (4, 2)


async def test_a_batch_costs_a_few_statements_and_not_some_for_each_message(
    harness: Any, make_contact: Any, make_settled: Any
) -> None:
    members = [uuid4() for _ in range(40)]
    for member in members:
        await harness.receive(make_contact(member), make_settled(member))
    statements: list[str] = []
    event.listen(
        harness.services.uow.database.engine.sync_engine,
        "before_cursor_execute",
        lambda *given: statements.append(given[2]),
    )
    await harness.courier.run()
    assert await harness.states() == {"delivered": 40}
    # Alone each message costs eight: fund, start, fund, end, audit row, event, and its part of the claim.
    assert len(statements) <= 40 * 8 / 2, len(statements)
