"""A facility sends its FatturaPA and gets the invoice filled in, with every difference named."""

from typing import Any

import pytest
from asn1crypto import algos, cms, core
from booking_factories import OTHER_FACILITY, VAT_NUMBER
from desk_calls import VISIT, booked, call, report

PATH = "/v1/invoices/electronic"
SPACE = 'xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2" versione="FPR12"'


def line(text: str, price: str = "120.00") -> str:
    return (
        f"<DettaglioLinee><Descrizione>{text}</Descrizione><PrezzoTotale>{price}</PrezzoTotale>"
        "<AliquotaIVA>0.00</AliquotaIVA></DettaglioLinee>"
    )


def invoice(*lines: str, total: str = "120.00", day: str = "2026-12-16", seller: str = VAT_NUMBER) -> bytes:
    return f"""<?xml version="1.0"?><p:FatturaElettronica {SPACE}><FatturaElettronicaHeader><CedentePrestatore>
<DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>{seller}</IdCodice></IdFiscaleIVA></DatiAnagrafici>
</CedentePrestatore></FatturaElettronicaHeader><FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento>
<Data>{day}</Data><Numero>2026/0188</Numero><ImportoTotaleDocumento>{total}</ImportoTotaleDocumento>
</DatiGeneraliDocumento></DatiGenerali><DatiBeniServizi>{"".join(lines)}</DatiBeniServizi></FatturaElettronicaBody>
</p:FatturaElettronica>""".encode()


def signed(content: bytes) -> bytes:
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data", "content": core.OctetString(content)},
            "signer_infos": [],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


async def read(harness: Any, content: bytes, headers: Any = None) -> dict[str, Any]:
    answer = await harness.client.post(
        PATH, content=content, headers=(headers or harness.facility()) | {"content-type": "application/xml"}
    )
    return dict(answer.json()) | {"status_code": answer.status_code}


async def dispensed(harness: Any) -> dict[str, Any]:
    one = await booked(harness, **VISIT)
    return dict(await call(harness, "POST", f"/v1/bookings/{one['booking_id']}/dispense", report()))


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [one["code"] for one in found]


async def test_the_file_is_read_sent_as_it_is_and_closes_the_booking(harness: Any):
    one = await dispensed(harness)
    words = one["code"].lower().replace("-", " ")
    seen = await read(harness, signed(invoice(line(f"Visita cardiologica, pratica {words}"))))
    assert (seen["status_code"], seen["ready"], seen["differences"]) == (200, True, [])
    assert (seen["number"], seen["date"], seen["amount_cents"]) == ("2026/0188", "2026-12-16", 12_000)
    assert seen["lines"] == [
        {"description": f"Visita cardiologica, pratica {words}", "amount_cents": 12_000, "codes": [one["code"]]}
    ]
    [part] = seen["parts"]
    assert (part["booking_id"], part["amount_cents"], part["differences"]) == (one["booking_id"], 12_000, [])
    assert await harness.rows("select 1 from facility_invoice") == []
    body = {name: seen[name] for name in ("number", "date", "amount_cents")}
    body["parts"] = [{name: part[name] for name in ("code", "amount_cents")}]
    sent = await call(harness, "POST", "/v1/invoices", body)
    assert (sent["status_code"], sent["parts"][0]["state"]) == (201, "closed")
    again = await read(harness, invoice(line(one["code"])))
    assert codes(again["parts"][0]["differences"]) == ["not_invoiceable"]


async def test_every_difference_is_named(harness: Any):
    one = await dispensed(harness)
    content = invoice(
        line(one["code"], "121.00"),
        line("AUT-7777-7777", "10.00"),
        line("bollo", "2.00"),
        total="133.00",
        day="2027-01-10",
        seller="01234560017",
    )
    seen = await read(harness, content)
    assert seen["ready"] is False
    assert codes(seen["differences"]) == ["seller_differs", "date_in_future", "parts_do_not_sum"]
    assert (seen["differences"][-1]["expected_cents"], seen["differences"][-1]["found_cents"]) == (13_300, 13_100)
    own, unknown = seen["parts"]
    assert (own["amount_cents"], codes(own["differences"])) == (12_100, ["amount_differs_from_agreed_price"])
    assert (unknown["booking_id"], codes(unknown["differences"])) == (None, ["code_unknown"])
    bare = await read(harness, invoice(line("Visita"), total="x"))
    assert codes(bare["differences"]) == ["not_stated", "code_missing"]


async def test_another_facilitys_code_is_unknown_and_members_do_not_read(harness: Any):
    one = await dispensed(harness)
    seen = await read(harness, invoice(line(one["code"])), harness.facility(facility_id=OTHER_FACILITY))
    assert codes(seen["parts"][0]["differences"]) == ["code_unknown"]
    assert (await read(harness, invoice(line(one["code"])), harness.member()))["status_code"] == 403


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"%PDF-1.7", "file_type"),
        (b"<FatturaElettronica>", "file_damaged"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><FatturaElettronica>&a;</FatturaElettronica>', "xml_doctype"),
    ],
)
async def test_what_is_no_invoice_is_refused_with_its_rule(harness: Any, content: bytes, rule: str):
    seen = await read(harness, content)
    assert (seen["status_code"], seen["errors"][0]["rule"]) == (422, rule)


async def test_a_desk_finds_its_patients_only(harness: Any):
    one = await booked(harness, **VISIT)
    later = await booked(harness, **VISIT, appointment_at="2026-12-18T23:30:00+01:00")

    async def found(query: str, headers: Any = None) -> list[str]:
        listed = await call(harness, "GET", f"/v1/bookings?{query}", headers=headers)
        return [item["booking_id"] for item in listed["items"]]

    both = [later["booking_id"], one["booking_id"]]
    assert await found("surname=ROSS") == both
    assert await found("surname=r%C3%B2ss%C3%AC") == both
    assert await found("surname=ross&from=2026-12-18&to=2026-12-18&state=letter_sent") == both[:1]
    assert await found("surname=bianchi") == await found("to=2026-12-15") == []
    assert await found(f"code={one['code'].lower().replace('-', '')}") == both[1:]
    assert await found("code=niente") == []
    page = await call(harness, "GET", "/v1/bookings?surname=rossi&limit=1")
    assert await found(f"surname=rossi&limit=1&cursor={page['next_cursor']}") == both[1:]
    elsewhere = harness.facility(facility_id=OTHER_FACILITY)
    assert await found("surname=rossi", elsewhere) == []
    assert await found(f"code={one['code']}", elsewhere) == []
    short = await call(harness, "GET", "/v1/bookings?surname=r")
    assert short["status_code"] == 422
