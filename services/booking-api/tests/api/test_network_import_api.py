import asyncio
from operator import itemgetter
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from booking_factories import IBAN

MORE = ("vat_number", "takes_part_from", "takes_part_until", "direct", "campaigns")
HEADER = "code,name,address,postal_code,town,province,latitude,longitude,phone,iban,badge,services,valid_from,doctors"
DEMO = Path(__file__).parents[4] / "deploy/local/src/mutua_local/network.csv"


def line(code: str = "new-1", **changes: str) -> str:
    cells = {
        "code": code,
        "name": "Centro Nuovo",
        "address": "Via Roma 1",
        "postal_code": "21047",
        "town": "Saronno",
        "province": "VA",
        "latitude": "45.6255",
        "longitude": "9.0369",
        "phone": "",
        "iban": IBAN,
        "badge": "green",
        "services": "VIS-CARD=120.00;VIS-ORTH=95.5",
        "valid_from": "2026-01-01",
        "doctors": "Elena Moretti=VIS-CARD|VIS-ORTH;Paolo Riva=VIS-ORTH",
    }
    return ",".join((cells | changes).values())


def file(*lines: str) -> bytes:
    return ("\r\n".join([HEADER, *lines]) + "\r\n").encode()


def longer(*rows: tuple[str, ...], columns: int = len(MORE)) -> bytes:
    """Write a file with more columns, each line with its own code."""
    lines = [",".join((HEADER, *MORE[:columns]))]
    lines += [",".join((line(f"new-{i}"), *row)) for i, row in enumerate(rows, start=1)]
    return ("\r\n".join(lines) + "\r\n").encode()


async def post(harness: Any, content: bytes, *, dry_run: bool | None = None, headers: Any = None) -> Any:
    return await harness.client.post(
        "/v1/network-imports",
        content=content,
        params={} if dry_run is None else {"dry_run": dry_run},
        headers=(headers or harness.operator()) | {"Content-Type": "text/csv"},
    )


async def codes(harness: Any) -> set[str]:
    return {row["code"] for row in await harness.rows("select code from facility")}


async def test_a_dry_run_is_the_default_and_writes_nothing_but_its_report(empty: Any):
    answer = await post(empty, file(line("new-1"), line("new-2")))
    report = answer.json()
    assert (answer.status_code, report["state"], report["created"], report["faults"]) == (201, "checked", 2, [])
    assert await codes(empty) == set()
    again = await empty.client.get(answer.headers["location"], headers=empty.operator())
    assert again.json() == report


async def test_an_applied_file_is_the_network_and_again_changes_nothing(empty: Any):
    content = file(line("new-1"), line("new-2", services=""))
    first = await post(empty, content, dry_run=False)
    assert (first.json()["state"], first.json()["created"]) == ("applied", 2)
    second = await post(empty, content, dry_run=False)
    assert second.json() == first.json()
    assert len(await empty.rows("select 1 from audit_entry where action = 'facility_registered'")) == 2
    found = await empty.client.get("/v1/facilities?service=VIS-ORTH&doctor=riva", headers=empty.member())
    assert [(one["code"], one["price_cents"]) for one in found.json()["items"]] == [("new-1", 9_550)]
    changed = await post(empty, file(line("new-1"), line("new-2", name="Altro nome", services="")), dry_run=False)
    assert (changed.json()["changed"], changed.json()["unchanged"]) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"iban": "IT60X0542811101000000123457"}, "iban", "value_error"),
        ({"badge": "blue"}, "badge", "enum"),
        ({"latitude": "95"}, "latitude", "less_than_equal"),
        ({"longitude": ""}, "longitude", "float_parsing"),
        ({"postal_code": "2104"}, "postal_code", "string_pattern_mismatch"),
        ({"services": "VIS-CARD=12O.00"}, "services", "price_form"),
        ({"services": "VIS-CARD=0"}, "services", "greater_than"),
        ({"services": "NO-SUCH=10.00"}, "services", "unknown_service"),
        ({"services": "VIS-CARD=1.00;VIS-CARD=2.00"}, "services", "prices_overlap"),
        ({"valid_from": "1/1/2026"}, "valid_from", "date_from_datetime_parsing"),
        ({"code": "?"}, "code", "code_form"),
        ({"code": "good-1"}, "code", "code_twice"),
        ({"doctors": "x,y"}, "", "field_count"),
    ],
)
async def test_one_bad_line_rejects_the_file_and_names_line_field_and_rule(
    empty: Any, changes: dict[str, str], field: str, rule: str
):
    bad = line(**({"code": "bad-1"} | changes))
    report = (await post(empty, file(line("good-1"), bad, line("good-2")), dry_run=False)).json()
    assert (report["state"], report["fault_count"], report["lines"]) == ("rejected", 1, 3)
    [fault] = report["faults"]
    assert (fault["line"], fault["field"], fault["rule"]) == (3, field, rule)
    assert await codes(empty) == set()


async def test_a_longer_file_says_who_takes_part_since_when_and_in_what(empty: Any):
    campaign = {"title_it": "Cuore", "title_en": "Heart", "services": ["VIS-CARD"]}
    campaign |= {"valid_from": "2026-12-01", "valid_to": "2027-02-01"}
    await empty.client.put("/v1/campaigns/CUORE", json=campaign, headers=empty.operator())
    content = longer(("12345670017", "2026-01-01", "2030-01-01", "no", "CUORE"), ("00743110157", "", "", "", ""))
    assert (await post(empty, content, dry_run=False)).json()["state"] == "applied"
    page = await empty.client.get("/v1/facilities", headers=empty.member())
    first, second = sorted(page.json()["items"], key=itemgetter("code"))
    assert first["participation"] == {"valid_from": "2026-01-01", "valid_to": "2030-01-01", "direct": False}
    assert (first["campaigns"], second["campaigns"]) == (["CUORE"], [])
    assert second["participation"] == {"valid_from": None, "valid_to": None, "direct": True}
    # Empty cells and columns that are not there leave what is known.
    again = (await post(empty, longer(("12345670017",), ("00743110157",), columns=1))).json()
    assert (again["unchanged"], again["changed"]) == (2, 0)
    emptied = (await post(empty, longer(("", "", "", "", "-"), ("", "", "", "no", "")))).json()
    assert (emptied["unchanged"], emptied["changed"]) == (0, 2)


@pytest.mark.parametrize(
    ("row", "field", "rule"),
    [
        (("12345670018", "", "", "", ""), "vat_number", "value_error"),
        (("", "1/1/2026", "", "", ""), "takes_part_from", "date_from_datetime_parsing"),
        (("", "2026-02-01", "2026-02-01", "", ""), "takes_part_until", "period_empty"),
        (("", "", "", "si", ""), "direct", "yes_or_no"),
        (("", "", "", "", "NO-SUCH"), "campaigns", "unknown_campaign"),
    ],
)
async def test_a_fault_in_the_longer_columns_is_named(empty: Any, row: tuple[str, ...], field: str, rule: str):
    good = ("12345670017", "", "", "yes", "")
    report = (await post(empty, longer(good, row), dry_run=False)).json()
    assert [(one["line"], one["field"], one["rule"]) for one in report["faults"]] == [(3, field, rule)]
    assert await codes(empty) == set()


async def test_a_rejected_file_does_not_block_its_corrected_twin_nor_itself(empty: Any):
    bad = file(line(badge="blue"))
    assert [(await post(empty, bad, dry_run=False)).json()["state"] for _ in range(2)] == ["rejected", "rejected"]
    assert (await post(empty, file(line()), dry_run=False)).json()["state"] == "applied"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "header"),
        (b"code;name\r\n", "header"),
        (file().replace(b"iban", b"IBAN"), "header"),
        (file(line(name="Citt\xe0")).decode().encode("latin-1"), "encoding"),
        (file('"open'), "csv"),
    ],
)
async def test_what_is_no_such_csv_is_refused_whole(empty: Any, content: bytes, rule: str):
    answer = await post(empty, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "network_file_invalid")
    assert answer.json()["errors"][0]["rule"] == rule


async def test_too_large_and_too_long_files_are_refused(empty: Any):
    large = await post(empty, HEADER.encode() + b"\r\n" + b"x" * (10 * 1024 * 1024))
    assert large.json()["errors"][0]["rule"] == "file_size"
    long = await post(empty, file(*["x"] * 5_001))
    assert long.json()["errors"][0]["rule"] == "too_many_lines"


async def test_a_form_is_taken_like_a_plain_body(empty: Any):
    files = {"file": ("network.csv", file(line()), "text/csv")}
    answer = await empty.client.post("/v1/network-imports", files=files, headers=empty.operator())
    assert answer.json()["created"] == 1
    plain = await post(empty, file(line()))
    assert plain.json()["sha256"] == answer.json()["sha256"]
    other = await empty.client.post("/v1/network-imports", json={}, headers=empty.operator())
    assert other.json()["errors"][0]["rule"] == "media_type"


async def test_the_same_file_sent_at_once_is_applied_once(empty: Any):
    content = file(line("new-1"), line("new-2"))
    answers = await asyncio.gather(*(post(empty, content, dry_run=False) for _ in range(4)))
    assert len({answer.json()["import_id"] for answer in answers}) == 1
    assert len(await empty.rows("select 1 from network_import")) == 1


async def test_only_the_network_office_imports_and_reads_its_reports(empty: Any):
    answer = await post(empty, file(line()))
    path = answer.headers["location"]
    for headers in (empty.member(), empty.facility()):
        assert (await post(empty, file(line()), headers=headers)).status_code == 403
        assert (await empty.client.get(path, headers=headers)).status_code == 403
    elsewhere = empty.operator(fund="other")
    assert (await empty.client.get(path, headers=elsewhere)).status_code == 404


async def test_a_report_is_never_rewritten(empty: Any):
    await post(empty, file(line()))
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await empty.rows("update network_import set state = 'applied'")


async def test_the_network_of_the_demo_is_a_good_file(empty: Any):
    content = DEMO.read_bytes()
    report = (await post(empty, content, dry_run=False)).json()
    assert (report["state"], report["faults"]) == ("applied", [])
    assert report["created"] >= 60
    found = await empty.client.get(
        "/v1/facilities", params={"near": "45.6255,9.0369", "radius_km": 3}, headers=empty.member()
    )
    assert {one["town"] for one in found.json()["items"]} >= {"Saronno"}
