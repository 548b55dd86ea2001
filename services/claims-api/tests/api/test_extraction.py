"""The worker reads an invoice after its upload; the answer is proposals for the member to confirm."""

from uuid import uuid4

from document_samples import picture
from factories_claims import MARIO, Desk
from invoice_layouts import render, sample

from claims_api.bootstrap import Services
from claims_api.entrypoints.document_jobs import read_documents


async def test_an_invoice_is_read_after_its_upload(desk: Desk, services: Services) -> None:
    member = await desk.register()
    me = member["member_id"]
    one = sample("classic", 3)
    one.data["cf"] = MARIO
    document = (await desk.upload(me, render(one))).json()["document_id"]
    url = f"/v1/documents/{document}/extraction"
    early = await desk.client.get(url, headers=desk.member(me))
    assert (early.status_code, early.headers["retry-after"], early.json()["state"]) == (202, "2", "pending")
    assert await read_documents(services) == 1
    got = await desk.client.get(url, headers=desk.member(me))
    assert (got.status_code, got.json()["state"], got.json()["method"]) == (200, "read", "text")
    fields = {field["name"]: field for field in got.json()["fields"]}
    assert {name: field["value"] for name, field in fields.items()} == one.facts | {"beneficiary_fiscal_code": MARIO}
    own = next(one["person_id"] for one in member["persons"] if one["relation"] == "member")
    assert (fields["beneficiary_fiscal_code"]["confidence"], got.json()["person_id"]) == (0.99, own)
    assert len(fields["amount_cents"]["box"]) == 4
    assert await read_documents(services) == 0
    assert (await desk.client.get(url, headers=desk.member(uuid4()))).status_code == 404


async def test_what_cannot_be_read_says_so(desk: Desk, services: Services) -> None:
    me = (await desk.register())["member_id"]
    photo = (await desk.upload(me, picture())).json()["document_id"]
    other = (await desk.upload(me, picture("PNG"), "prescription")).json()["document_id"]
    await read_documents(services)
    states = [
        (await desk.client.get(f"/v1/documents/{one}/extraction", headers=desk.member(me))).json()["state"]
        for one in (photo, other)
    ]
    assert states == ["unreadable", "not_read"]
