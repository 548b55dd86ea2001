import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import segno
from booking_factories import TERMS, authorisation, booking
from pypdf import PdfReader

from booking_api.adapters.letter_press import TypstLetterPress, letter_data, qr_svg
from booking_api.adapters.pass_signer import PassSigner
from booking_api.domain.booking_item import BookedItem
from booking_api.domain.booking_pass import pass_claims
from booking_api.domain.booking_states import BookingState

SIGNER = PassSigner("test-pass-key-of-32-characters-00")


async def printed(**changes: Any) -> bytes:
    subject = booking(BookingState.AUTHORISED, **({"authorisation": authorisation()} | changes))
    return await TypstLetterPress(SIGNER).print_letter(subject, terms=TERMS)


async def test_the_letter_says_what_is_paid_where_and_when():
    reader = PdfReader(io.BytesIO(await printed()))
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().split())
    for words in (
        "Cassa Integrativa FNM",
        "Mario Rossi",
        "€ 30,00",
        "€ 120,00",
        "€ 90,00",
        "AUT-7K3M-Q9TX",
        "mercoledì 16 dicembre 2026",
        "ore 10:30",
        "Wednesday 16 December 2026",
        "Visita specialistica cardiologica",
        "Elena Moretti",
        "Piazzale Luigi Cadorna 14, 20123 Milano (MI)",
        "La prescrizione medica",
        "Tessera sanitaria",
    ):
        assert words in text
    assert text.index("PAGHI IN STRUTTURA") < text.index("you pay")


async def test_the_letter_is_pdf_a_and_pdf_ua():
    reader = PdfReader(io.BytesIO(await printed()))
    metadata = reader.xmp_metadata
    assert metadata is not None
    xmp = metadata.stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"].lower().startswith("it")
    assert "AUT-7K3M-Q9TX" in reader.metadata.title


async def test_the_same_booking_gives_the_same_bytes_whoever_prints_it():
    assert await printed() == await printed()
    assert await printed() != await printed(doctor=None)


async def test_long_names_and_great_amounts_stay_on_one_page():
    large = authorisation(fund_share_cents=1, member_share_cents=123_456_789)
    pdf = await printed(
        authorisation=large,
        price_cents=123_456_790,
        person_name="Maria Antonietta Guglielmina della Rovere Montefeltro d'Aragona",
        doctor="Prof. Dott. Bartolomeo Alessandro degli Innocenti Buonconvento",
    )
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    assert "€ 1.234.567,89" in " ".join(reader.pages[0].extract_text().split())


async def test_the_letter_names_the_sessions_of_a_cycle():
    session = BookedItem("PHY-KINESI", None, "Kinesiterapia", 10, 1_200)
    text = PdfReader(io.BytesIO(await printed(items=(session,)))).pages[0].extract_text()
    assert "Comprende covers 10 × Kinesiterapia" in " ".join(text.split())


async def test_markup_in_data_is_only_text():
    text = PdfReader(io.BytesIO(await printed(person_name="#panic() *x* $1$"))).pages[0].extract_text()
    assert "#panic() *x* $1$" in text


def test_the_hour_is_that_of_italy_in_summer_too():
    summer = booking(authorisation=authorisation(), appointment_at=datetime(2027, 6, 16, 8, 0, tzinfo=UTC))
    assert letter_data(summer)["time"] == "10:00"


def test_the_qr_symbol_holds_the_pass_and_stays_coarse_enough_for_a_phone():
    subject = booking(authorisation=authorisation(), person_name="Maria Antonietta Guglielmina della Rovere")
    signed = SIGNER.sign(pass_claims(subject, fund="fnm"))
    expected = segno.make(signed, error="m", micro=False, boost_error=False)
    size = expected.symbol_size(border=0)[0]
    # 42 mm on paper: a module of half a millimetre and more.
    assert size <= 85
    drawn = qr_svg(signed)
    assert f'width="{size}" height="{size}"' in drawn
    assert modules_of(drawn, size) == [[bool(module) for module in row] for row in expected.matrix]


def modules_of(svg: str, size: int) -> list[list[bool]]:
    """Draw the one path of segno's SVG (M, m and h commands) back into modules."""
    path = re.search(r'd="([^"]+)"', svg)
    assert path is not None
    grid = [[False] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path[1]):
        values = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                grid[int(y)][column] = True
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return grid


@pytest.mark.parametrize("cents", [0, 999_999, 1_000_000])
def test_the_size_of_the_amount_follows_its_length(cents: int):
    data = letter_data(booking(authorisation=authorisation(member_share_cents=cents)))
    assert data["share_size"] == (44 if cents >= 1_000_000 else 58)
