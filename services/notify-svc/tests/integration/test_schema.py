"""The schema is what the code says, and refuses what must not happen."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from alembic import command

from kit.migrations import alembic_config


async def test_migrations_and_tables_agree(harness: Any) -> None:
    url = harness.services.settings.database_url.get_secret_value()
    await asyncio.to_thread(command.check, alembic_config(Path(__file__).parents[2], url))


@pytest.mark.parametrize(
    "change",
    [
        "state = 'lost'",
        "state = 'sending'",
        "state = 'delivered'",
        "state = 'failed'",
        "state = 'queued', next_attempt_at = null",
        "document_key = 'letters/one.pdf'",
        "attempts = -1",
    ],
)
async def test_impossible_messages_are_refused(harness: Any, make_contact: Any, make_settled: Any, change: str) -> None:
    await harness.receive(make_contact(), make_settled())
    with pytest.raises(asyncpg.CheckViolationError):
        await harness.rows(f"update message set {change}")


async def test_a_second_message_of_an_event_is_refused(harness: Any, make_settled: Any) -> None:
    event = make_settled()
    await harness.receive(event)
    columns = "fund, event_id, template, member_id, state, data, sending, attempts, created_at"
    copy = f"insert into message (id, {columns}) select $1, {columns} from message"
    with pytest.raises(asyncpg.UniqueViolationError):
        await harness.rows(copy, uuid4())


@pytest.mark.parametrize("release", ["0001", "0002", "0003"])
async def test_the_rows_of_a_release_before_stay(
    harness: Any, make_contact: Any, make_settled: Any, release: str
) -> None:
    url = harness.services.settings.database_url.get_secret_value()
    config = alembic_config(Path(__file__).parents[2], url)
    await asyncio.to_thread(command.downgrade, config, release)
    member = uuid4()
    await harness.rows(
        "insert into contact (fund, member_id, contact_version, member_version, first_name, last_name, email, language)"
        " values ('fnm', $1, 1, 1, 'Giulia', 'Rossi', 'g@example.org', 'it')",
        member,
    )
    await asyncio.to_thread(command.upgrade, config, "head")
    await harness.receive(make_settled(member))
    await harness.courier.run()
    assert harness.smtp.recipients == ["g@example.org"]
