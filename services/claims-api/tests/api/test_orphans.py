"""Objects of the document store that no row knows."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from factories_claims import Desk, pdf

from claims_api.adapters.document_files import FOLDERS, unguessable_key
from claims_api.bootstrap import SOURCE, Services
from claims_api.entrypoints.orphan_job import REMOVED, remove_orphans
from kit.clock import SystemClock

FOREIGN = "letters/of-another-service.pdf"


async def test_an_object_that_no_row_knows_is_deleted_after_its_grace(
    desk: Desk, services: Services, tmp_path: Path
) -> None:
    member = await desk.register()
    me = member["member_id"]
    document = (await desk.upload(me, pdf())).json()["document_id"]
    begin = {"kind": "invoice", "length_bytes": 10}
    begun = await desk.client.post("/v1/documents/uploads", json=begin, headers=desk.member(me))
    path = f"/v1/documents/uploads/{begun.json()['upload_id']}"
    part = await desk.client.patch(path, content=b"%PDF", headers=desk.member(me) | {"Upload-Offset": "0"})
    assert part.status_code == 204, part.text
    # A process died here: the bytes are stored, the row is not.
    for folder in FOLDERS:
        await services.contents.put(unguessable_key("fnm", folder), b"orphan", fund="fnm")
    await services.contents.put(FOREIGN, b"letter", fund="fnm")
    assert len([one for one in (tmp_path / "documents").rglob("*") if one.is_file()]) == 5
    real, week = SystemClock().now(), timedelta(seconds=services.settings.orphan_grace_seconds)
    off = replace(services, settings=services.settings.model_copy(update={"orphan_grace_seconds": 0.0}))
    assert (await remove_orphans(services), await remove_orphans(off, real + 2 * week)) == (0, 0)
    figure = REMOVED.labels(SOURCE).collect()
    before = next(iter(figure)).samples[0].value
    assert await remove_orphans(services, real + week + timedelta(minutes=1)) == 2
    assert next(iter(REMOVED.labels(SOURCE).collect())).samples[0].value == before + 2
    assert await remove_orphans(services, real + 2 * week) == 0
    read = await desk.client.get(f"/v1/documents/{document}/content", headers=desk.member(me))
    assert read.status_code == 200
    assert (await desk.client.head(path, headers=desk.member(me))).headers["upload-offset"] == "4"
    assert await services.contents.get(FOREIGN) == b"letter"
