"""Documents end: by the fund's rules, by the member's wish, and not while they are on hold."""

from datetime import timedelta
from pathlib import Path

import pytest
from document_samples import pdf
from factories_claims import Desk, claim_body, person_of, rows

from claims_api.bootstrap import Services
from claims_api.entrypoints.document_jobs import remove_objects
from claims_api.entrypoints.retention_job import erase_documents
from kit.clock import FixedClock
from kit.testing.databases import ServiceDatabase


def stored(folder: Path) -> int:
    return sum(path.is_file() for path in (folder / "documents").rglob("*"))


async def test_the_rules_of_retention_leave_a_tombstone(
    desk: Desk, services: Services, clock: FixedClock, tmp_path: Path, database: ServiceDatabase
) -> None:
    member = await desk.register()
    me = member["member_id"]
    await desk.publish_plan()
    used, unused, held = [(await desk.upload(me, pdf(text))).json()["document_id"] for text in ("a", "b", "c")]
    body = claim_body(person_of(member, "member"), documents=[{"document_id": used}])
    _, [claim] = await desk.submitted(member, body)
    hold = await desk.client.put(
        f"/v1/documents/{held}/hold", json={"reason": "court"}, headers=desk.staff("fund_admin")
    )
    assert (hold.status_code, hold.json()["hold_reason"]) == (200, "court")
    assert await erase_documents(services) == 0
    clock.set(clock.now() + timedelta(days=91))
    assert await erase_documents(services) == 1
    await remove_objects(services)
    assert stored(tmp_path) == 2
    tombstone = (await desk.client.get(f"/v1/documents/{unused}", headers=desk.member(me))).json()
    assert (tombstone["state"], tombstone["erase_reason"], len(tombstone["sha256"])) == ("erased", "unused", 64)
    [row] = await rows(database.admin_dsn, "select * from claims.document where state = 'erased'")
    assert (row["storage_key"], row["uploaded_by"]) == (None, "erased")
    # The claim is open: however old, its document stays; once it is over, ten years count from its last step.
    clock.set(clock.now() + timedelta(days=5000))
    assert await erase_documents(services) == 0
    await desk.decide(claim, "deny")
    clock.set(clock.now() + timedelta(days=3660))
    assert await erase_documents(services) == 1
    gone = await desk.client.get(f"/v1/documents/{used}/content", headers=desk.member(me))
    assert (gone.status_code, gone.json()["state"]) == (409, "erased")
    with pytest.raises(Exception, match=r"on hold|held_is_not_erased"):
        await rows(
            database.admin_dsn,
            "update claims.document set state = 'erased', storage_key = null, erased_at = now(), erase_reason = 'x'"
            " where hold_reason is not null",
        )


async def test_a_member_erases_what_was_never_sent(desk: Desk, services: Services, tmp_path: Path) -> None:
    member = await desk.register()
    me = member["member_id"]
    await desk.publish_plan()
    used, draft = [(await desk.upload(me, pdf(text))).json()["document_id"] for text in ("a", "b")]
    await desk.submitted(member, claim_body(person_of(member, "member"), documents=[{"document_id": used}]))
    in_use = await desk.client.delete(f"/v1/documents/{used}", headers=desk.member(me))
    assert (in_use.status_code, in_use.json()["code"]) == (409, "document_in_use")
    hold = f"/v1/documents/{draft}/hold"
    await desk.client.put(hold, json={"reason": "dispute"}, headers=desk.staff("fund_admin"))
    held = await desk.client.delete(f"/v1/documents/{draft}", headers=desk.member(me))
    assert (held.status_code, held.json()["code"]) == (409, "document_held")
    assert (await desk.client.put(hold, json={"reason": None}, headers=desk.member(me))).status_code == 403
    await desk.client.put(hold, json={"reason": None}, headers=desk.staff("fund_admin"))
    gone = await desk.client.delete(f"/v1/documents/{draft}", headers=desk.member(me))
    assert (gone.status_code, gone.json()["erase_reason"]) == (200, "member_asked")
    await remove_objects(services)
    assert stored(tmp_path) == 1
