"""The employer feed: checked line by line, applied as a whole or not at all, once a file."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from factories_claims import GIULIA, LAURA, MARIO, OTHER, Desk, member_body, outbox, person_of, rows, state_of
from pydantic import TypeAdapter

from claims_api.domain.events import ContactChanged, MemberChanged
from kit.testing.databases import ServiceDatabase

HEAD = (
    "number,relation,first_name,last_name,fiscal_code,birth_date,category,employer,enrolled_on,left_on,email,valid_to"
)
MARIO_LINE = f"10001,member,Mario,Rossi,{MARIO},1975-06-15,employee,FNM S.p.A.,2010-03-01,,mario.rossi@example.org,"
LAURA_LINE = f"10001,spouse,Laura,Verdi,{LAURA},1978-03-12,,,,,,"
PAOLO_LINE = f"10002,member,Paolo,Bianchi,{OTHER},1980-01-01,pensioner,,2001-01-01,,p@example.org,"
GIULIA_LINE = f"10002,child,Giulia,Rossi,{GIULIA},2004-01-01,,,,,,"


def feed(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *lines)).encode()


async def send(desk: Desk, content: bytes, *, apply: bool = True, form: str = "csv") -> httpx.Response:
    params = {"dry_run": str(not apply).lower(), "format": form}
    headers = desk.staff("fund_admin") | {"Content-Type": "text/csv"}
    return await desk.client.post("/v1/member-imports", params=params, content=content, headers=headers)


async def faults(desk: Desk, import_id: str) -> list[tuple[int, str, str]]:
    path = f"/v1/member-imports/{import_id}/lines"
    answer = await desk.client.get(path, params={"action": "fault"}, headers=desk.staff("fund_admin"))
    assert answer.status_code == 200, answer.text
    return [(line["line"], one["field"], one["rule"]) for line in answer.json()["items"] for one in line["faults"]]


async def test_a_dry_run_is_the_default_and_changes_nothing(desk: Desk, database: ServiceDatabase) -> None:
    before = await state_of(database.admin_dsn)
    headers = desk.staff("operator")
    answer = await desk.client.post("/v1/member-imports", content=feed(MARIO_LINE, LAURA_LINE), headers=headers)
    assert (answer.status_code, answer.json()["state"]) == (200, "checked")
    assert answer.json()["counts"] == {"new": 2}
    assert await state_of(database.admin_dsn) == before
    assert await rows(database.admin_dsn, "select 1 from claims.member_import_row") == []


async def test_enrolments_changes_leavers_and_families(desk: Desk, database: ServiceDatabase) -> None:
    first = await send(desk, feed(MARIO_LINE, LAURA_LINE, PAOLO_LINE, GIULIA_LINE))
    assert (first.json()["state"], first.json()["members_published"]) == ("applied", 2)
    listed = (await desk.client.get("/v1/members", headers=desk.staff())).json()["items"]
    mario, paolo = listed
    assert [one["relation"] for one in mario["persons"]] == ["member", "spouse"]
    assert person_of(paolo, "child")
    left = MARIO_LINE.replace("2010-03-01,,", "2010-03-01,2026-10-31,")
    moved = PAOLO_LINE.replace("p@example.org", "new@example.org")
    ended = LAURA_LINE.removesuffix(",") + ",2026-10-31"
    second = await send(desk, feed(left, ended, moved, GIULIA_LINE))
    assert second.json()["counts"] == {"leaver": 1, "changed": 2, "unchanged": 1}
    again = (await desk.client.get("/v1/members", headers=desk.staff())).json()["items"]
    assert (again[0]["member_id"], again[0]["left_on"]) == (mario["member_id"], "2026-10-31")
    assert [one["valid_to"] for one in again[0]["persons"]] == [None, "2026-10-31"]
    assert person_of(again[0], "spouse") == person_of(mario, "spouse")
    assert again[1]["contact"]["email"] == "new@example.org"
    versions = await rows(database.admin_dsn, "select version, contact_version from claims.member order by number")
    assert [tuple(row.values()) for row in versions] == [(2, 1), (2, 2)]


async def test_events_are_those_of_a_registration(desk: Desk, database: ServiceDatabase) -> None:
    by_hand = await desk.register()
    await send(desk, feed(MARIO_LINE.replace("FNM S.p.A.", "Trenord"), PAOLO_LINE))
    stored = await rows(database.admin_dsn, "select type, subject, data from claims.outbox order by seq")
    hand, feeds = stored[:3], stored[3:]
    known = {one.TYPE: TypeAdapter(one) for one in (MemberChanged, ContactChanged)}
    for row in feeds:
        event = known[row["type"]].validate_json(row["data"])
        assert event.subject == row["subject"]
        like = next(json.loads(one["data"]) for one in hand if one["type"] == row["type"])
        assert set(json.loads(row["data"])) == set(like)
    mario = next(json.loads(row["data"]) for row in feeds if row["subject"] == by_hand["member_id"])
    before = json.loads(hand[0]["data"])
    assert mario == before | {"employer": "Trenord", "version": 2}
    assert sorted(row["type"] for row in feeds) == ["claims.contact_changed.v1"] + ["claims.member_changed.v1"] * 2


async def test_the_same_file_is_applied_once(desk: Desk, database: ServiceDatabase) -> None:
    content = feed(MARIO_LINE, LAURA_LINE)
    answers = await asyncio.gather(*(send(desk, content) for _ in range(4)))
    assert [answer.json()["state"] for answer in answers] == ["applied"] * 4
    assert sorted(answer.json()["repeated"] for answer in answers) == [False, True, True, True]
    assert len({answer.json()["import_id"] for answer in answers}) == 1
    assert len(await outbox(database.admin_dsn)) == 2


async def test_the_same_facts_in_another_file_change_nothing(desk: Desk, database: ServiceDatabase) -> None:
    await desk.register(body=member_body())
    before = await outbox(database.admin_dsn)
    answer = await send(desk, feed(MARIO_LINE, LAURA_LINE) + b"\n\n")
    assert answer.json()["counts"] == {"unchanged": 2}
    assert await outbox(database.admin_dsn) == before


async def test_one_bad_line_applies_nothing(desk: Desk, database: ServiceDatabase) -> None:
    await desk.register("7", member_body())
    before = await state_of(database.admin_dsn)
    lines = (
        PAOLO_LINE,
        PAOLO_LINE.replace(OTHER, "BNCPLA80A01F205X").replace("10002", "3"),
        MARIO_LINE,
        LAURA_LINE.replace("10001", "404"),
        f"5,member,Anna,Neri,{GIULIA},1980-13-01,boss,,2001-01-01,,a@example.org,",
        "10009,member,,,,,,,,,,",
    )
    answer = await send(desk, feed(*lines))
    assert (answer.json()["state"], answer.json()["counts"]) == ("rejected", {"new": 1, "fault": 5})
    found = await faults(desk, answer.json()["import_id"])
    assert (3, "fiscal_code", "fiscal_code_check") in found
    assert (4, "fiscal_code", "fiscal_code_taken") in found
    assert (5, "number", "member_unknown") in found
    assert {(6, "birth_date", "date_form"), (6, "category", "known_value")} <= set(found)
    assert {(7, "fiscal_code", "required"), (7, "category", "required")} <= set(found)
    assert await state_of(database.admin_dsn) == before
    fixed = await send(desk, feed(PAOLO_LINE))
    assert fixed.json()["state"] == "applied"


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ((PAOLO_LINE, PAOLO_LINE), (3, "number", "member_repeated")),
        ((PAOLO_LINE, PAOLO_LINE.replace("10002", "4")), (3, "fiscal_code", "fiscal_code_of_two_members")),
        ((PAOLO_LINE, GIULIA_LINE, GIULIA_LINE), (4, "fiscal_code", "fiscal_code_repeated")),
        ((PAOLO_LINE.replace("p@example.org", ""),), (2, "email", "required")),
        (
            (LAURA_LINE.replace(LAURA, GIULIA).replace("1978-03-12", "2004-01-01"),),
            (2, "relation", "relation_repeated"),
        ),
        (
            (LAURA_LINE.replace(LAURA, MARIO).replace("1978-03-12", "1975-06-15"),),
            (2, "relation", "relation_of_member"),
        ),
    ],
)
async def test_faults_between_lines(desk: Desk, lines: tuple[str, ...], fault: tuple[int, str, str]) -> None:
    await desk.register()
    answer = await send(desk, feed(*lines))
    assert answer.json()["state"] == "rejected"
    assert fault in await faults(desk, answer.json()["import_id"])


async def test_json_lines_and_spreadsheets(desk: Desk) -> None:
    names = HEAD.split(",")
    records: list[dict[str, Any]] = [
        {name: value or None for name, value in zip(names, line.split(","), strict=True)}
        for line in (MARIO_LINE, LAURA_LINE)
    ]
    records[1]["disabled_104"] = True
    content = "\n".join(map(json.dumps, records)).encode()
    assert (await send(desk, content, form="jsonl")).json()["counts"] == {"new": 2}
    listed = (await desk.client.get("/v1/members", headers=desk.staff())).json()["items"]
    assert [one["disabled_104"] for one in listed[0]["persons"]] == [False, True]
    semicolons = b"\xef\xbb\xbf" + feed(PAOLO_LINE).replace(b",", b";")
    assert (await send(desk, semicolons)).json()["counts"] == {"new": 1}


@pytest.mark.parametrize(
    ("content", "form", "rule"),
    [
        (b"", "csv", "columns"),
        (feed(MARIO_LINE, head=HEAD + ",salary"), "csv", "columns"),
        (feed(MARIO_LINE.replace("Rossi", "R\xf2ssi")).decode().encode("latin-1"), "csv", "encoding"),
        (b"{not json", "jsonl", "form"),
        (b"[1]", "jsonl", "object"),
    ],
)
async def test_files_that_cannot_be_read(
    desk: Desk, database: ServiceDatabase, content: bytes, form: str, rule: str
) -> None:
    before = await state_of(database.admin_dsn)
    answer = await send(desk, content, form=form)
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)
    assert await state_of(database.admin_dsn) == before


async def test_reports_are_pages_for_the_office_only(desk: Desk) -> None:
    done = (await send(desk, feed(MARIO_LINE, LAURA_LINE, PAOLO_LINE))).json()
    path = f"/v1/member-imports/{done['import_id']}"
    page = (await desk.client.get(f"{path}/lines?limit=2", headers=desk.staff("fund_admin"))).json()
    params = {"limit": 2, "cursor": page["next_cursor"]}
    rest = (await desk.client.get(f"{path}/lines", params=params, headers=desk.staff("fund_admin"))).json()
    lines = [(one["line"], one["number"], one["action"]) for one in page["items"] + rest["items"]]
    assert lines == [(2, "10001", "new"), (3, "10001", "new"), (4, "10002", "new")]
    assert (await desk.client.get(path, headers=desk.staff("fund_admin"))).json()["counts"] == {"new": 3}
    member = desk.member("0197c0de-0000-7000-8000-000000000001")
    for url in (path, f"{path}/lines"):
        assert (await desk.client.get(url, headers=member)).status_code == 403
    unknown = "/v1/member-imports/0197c0de-0000-7000-8000-000000000001"
    assert (await desk.client.get(unknown, headers=desk.staff("fund_admin"))).status_code == 404


async def test_contributions_come_from_the_feed_or_the_office(desk: Desk, database: ServiceDatabase) -> None:
    await desk.register()
    line, head = f"{MARIO_LINE},no", f"{HEAD},contributions_in_order"
    assert (await send(desk, feed(line, head=head))).json()["counts"] == {"changed": 1}
    kept = await desk.register()  # a declaration that does not tell leaves it as it is
    assert (kept["contributions_in_order"], kept["changed"]) == (False, [])
    assert (await desk.register("10001", member_body(contributions_in_order=True)))["changed"] == ["member"]
    told = await rows(
        database.admin_dsn,
        "select data -> 'contributions_in_order' as told from claims.outbox where type = 'claims.member_changed.v1'"
        " order by seq",
    )
    assert [one["told"] for one in told] == ["true", "false", "true"]
