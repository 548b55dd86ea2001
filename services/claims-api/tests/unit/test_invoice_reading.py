"""What is proposed of an invoice is what it says: measured on a seeded set of layouts, and never a wild guess."""

import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from document_samples import invoice_xml, pdf, signed
from hypothesis import given, settings
from hypothesis import strategies as st
from invoice_layouts import LAYOUTS, render, sample
from PIL import Image, ImageFilter

from claims_api.adapters.document_reading import Method, read_document
from claims_api.domain.document_kinds import MediaType
from claims_api.domain.invoice_reading import FieldName, TextPiece, propose_fields

TODAY = date(2026, 12, 31)
SEEDS = 4
XML = """<FatturaElettronicaHeader>
<CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>01234560017</IdCodice></IdFiscaleIVA>
</DatiAnagrafici></CedentePrestatore>
<CessionarioCommittente><DatiAnagrafici><CodiceFiscale>RSSMRA75H15F205E</CodiceFiscale></DatiAnagrafici>
</CessionarioCommittente></FatturaElettronicaHeader><FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento>
<Data>2026-10-05</Data><Numero>12/A</Numero><ImportoTotaleDocumento>152.00</ImportoTotaleDocumento>
</DatiGeneraliDocumento></DatiGenerali></FatturaElettronicaBody>"""


def test_hit_rate_on_seeded_invoices(tmp_path: Path) -> None:
    hits: Counter[str] = Counter()
    for layout in LAYOUTS:
        for seed in range(SEEDS):
            one = sample(layout, seed)
            file = tmp_path / "invoice.pdf"
            file.write_bytes(render(one))
            reading = read_document(file, MediaType.PDF, TODAY)
            assert reading.method is Method.TEXT
            got = {str(field.name): field.value for field in reading.fields}
            hits.update(name for name, value in one.facts.items() if got.get(name) == value)
    wanted = len(LAYOUTS) * SEEDS
    assert {name: hits[name] / wanted >= 0.95 for name in FieldName} == dict.fromkeys(FieldName, True), hits


def test_a_proposal_has_its_place_on_the_page(tmp_path: Path) -> None:
    file = tmp_path / "invoice.pdf"
    file.write_bytes(render(sample("classic", 1)))
    for field in read_document(file, MediaType.PDF, TODAY).fields:
        assert field.page == 1
        assert field.box is not None
        left, top, right, bottom = field.box
        assert 0 < left < right < 1
        assert 0 < top < bottom < 1
        assert 0.8 < field.confidence < 1


@pytest.mark.parametrize(("content", "kind"), [(invoice_xml(XML), "xml"), (signed(invoice_xml(XML)), "p7m")])
def test_electronic_invoice(tmp_path: Path, content: bytes, kind: str) -> None:
    file = tmp_path / "invoice"
    file.write_bytes(content)
    reading = read_document(file, MediaType.XML if kind == "xml" else MediaType.P7M, TODAY)
    assert {field.name: field.value for field in reading.fields} == {
        FieldName.NUMBER: "12/A",
        FieldName.DATE: "2026-10-05",
        FieldName.AMOUNT: 15200,
        FieldName.PROVIDER: "01234560017",
        FieldName.BENEFICIARY: "RSSMRA75H15F205E",
    }


@pytest.mark.parametrize(("currency", "written", "minor"), [("EUR", "152.00", 15_200), ("JPY", "15200.00", 15_200)])
def test_the_amount_is_in_minor_units_of_the_invoices_currency(
    tmp_path: Path, currency: str, written: str, minor: int
) -> None:
    general = f"<Divisa>{currency}</Divisa><ImportoTotaleDocumento>{written}</ImportoTotaleDocumento>"
    body = f"<DatiGenerali><DatiGeneraliDocumento>{general}</DatiGeneraliDocumento></DatiGenerali>"
    file = tmp_path / "invoice"
    file.write_bytes(invoice_xml(f"<FatturaElettronicaBody>{body}</FatturaElettronicaBody>"))
    assert [field.value for field in read_document(file, MediaType.XML, TODAY).fields] == [minor]


def test_a_scan_is_read_where_the_reader_is_switched_on(tmp_path: Path) -> None:
    one = sample("grid", 38)
    page = Image.open(io.BytesIO(render(one, "png", 120))).convert("L").rotate(1.2, expand=True, fillcolor=255)
    file = tmp_path / "scan.jpg"
    page.filter(ImageFilter.GaussianBlur(0.6)).save(file, quality=70)
    assert read_document(file, MediaType.JPEG, TODAY).method is Method.NONE
    reading = read_document(file, MediaType.JPEG, TODAY, frozenset(), True)
    assert reading.method is Method.SCAN
    got = {str(field.name): field.value for field in reading.fields}
    assert sum(got.get(name) == value for name, value in one.facts.items()) >= 4


def test_a_page_without_text_proposes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "blank.pdf"
    file.write_bytes(pdf())
    assert read_document(file, MediaType.PDF, TODAY).fields == []


def line(text: str, top: float) -> TextPiece:
    return TextPiece(text, 1, (0.1, top, 0.9, top + 0.012))


def test_what_is_not_the_total_the_date_or_the_patient_is_not_taken() -> None:
    pieces = [
        line("Dott. Neri P.IVA 01234560017 C.F. VRDLRA78C52F205M", 0.1),
        line("Paziente: Mario Rossi nato il 15/06/1975 C.F. RSSMRA75H15F205E", 0.2),
        line("Fattura n. 7 del 05/10/2026 - scadenza 05/11/2026 - P.IVA 12345678901", 0.3),
        line("Totale imponibile 150,00", 0.4),
        line("Totale fattura 1.152,00 (IVA 0,00%)", 0.5),
    ]
    got = {field.name: field.value for field in propose_fields(pieces, not_after=date(2026, 10, 31))}
    assert got == {
        FieldName.NUMBER: "7",
        FieldName.DATE: "2026-10-05",
        FieldName.AMOUNT: 115200,
        FieldName.PROVIDER: "01234560017",
        FieldName.BENEFICIARY: "RSSMRA75H15F205E",
    }
    family = frozenset({"VRDLRA78C52F205M"})
    [*_, patient] = propose_fields(pieces, not_after=TODAY, family=family)
    assert (patient.value, patient.confidence) == ("VRDLRA78C52F205M", 0.99)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=60), st.floats(0, 1), st.floats(0, 1)), max_size=12))
def test_any_text_gives_proposals_or_none(pieces: list[tuple[str, float, float]]) -> None:
    found = propose_fields(
        [TextPiece(text, 1, (left, top, left + 0.1, top + 0.01)) for text, left, top in pieces], not_after=TODAY
    )
    assert all(0 < field.confidence <= 1 for field in found)
    assert len({field.name for field in found}) == len(found)
