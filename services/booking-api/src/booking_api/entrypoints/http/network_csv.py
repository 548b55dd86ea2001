"""Read the network from CSV: one facility a line, every line with its own faults."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from pydantic import ValidationError

from booking_api.domain.errors import ImportUnreadable
from booking_api.domain.network_import import LineFault, NetworkLine
from booking_api.entrypoints.http.facilities import facility_of
from booking_api.entrypoints.http.schemas import FACILITY_CODE, FacilityIn
from kit.errors import FieldError
from kit.money import parse_eur

COLUMNS = (
    "code", "name", "address", "postal_code", "town", "province", "latitude", "longitude", "phone", "iban", "badge",
    "services", "valid_from", "doctors",
)  # fmt: skip
MORE_COLUMNS = ("vat_number", "takes_part_from", "takes_part_until", "direct", "campaigns")
"""A file may leave these out, from the right; an empty cell leaves what is known as it is."""
MOST_LINES = 5_000


def read_network(file: BinaryIO) -> list[NetworkLine]:
    """Return the lines of a file in UTF-8 with a header; a file that is no such CSV is refused as a whole.

    Raises: ImportUnreadable.
    """
    with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        try:
            return list(_lines(text))
        except UnicodeDecodeError:
            raise unreadable("encoding", "Il file non è in UTF-8") from None
        except csv.Error as error:
            raise unreadable("csv", f"Il file non è un CSV: {error}") from None


def _lines(text: io.TextIOWrapper) -> Iterator[NetworkLine]:
    rows = csv.DictReader(text, strict=True)
    header = tuple(name.strip() for name in rows.fieldnames or ())
    more = header[len(COLUMNS) :]
    if header[: len(COLUMNS)] != COLUMNS or more != MORE_COLUMNS[: len(more)]:
        message = f"La prima riga deve essere: {','.join(COLUMNS)}; si può continuare con {','.join(MORE_COLUMNS)}"
        raise unreadable("header", message)
    for count, row in enumerate(rows, start=1):
        if count > MOST_LINES:
            raise unreadable("too_many_lines", f"Al massimo {MOST_LINES} righe per file")
        yield _line(rows.line_num, row)


def _line(number: int, row: dict[str | None, str | list[str] | None]) -> NetworkLine:
    if None in row or None in row.values():
        message = "La riga non ha tanti campi quanti la prima"
        return NetworkLine(number, None, (LineFault(number, "", "field_count", message),))
    cells = {str(name): str(value).strip() for name, value in row.items()}
    if not FACILITY_CODE.fullmatch(cells["code"]):
        message = "Il codice ha da 2 a 40 lettere, cifre, punti o trattini"
        return NetworkLine(number, None, (LineFault(number, "code", "code_form", message),))
    try:
        body = FacilityIn.model_validate(_body(cells))
    except ValidationError as error:
        return NetworkLine(
            number, None, tuple(dict.fromkeys(_fault(number, one["loc"], one) for one in error.errors()))
        )
    except _CellFault as fault:
        return NetworkLine(number, None, (LineFault(number, fault.field, fault.rule, str(fault)),))
    return NetworkLine(number, facility_of(cells["code"], body))


class _CellFault(Exception):
    def __init__(self, field: str, rule: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.rule = rule


def _body(cells: dict[str, str]) -> dict[str, object]:
    plain = {name: cells[name] or None for name in ("postal_code", "province", "phone")}
    place = {"latitude": cells["latitude"], "longitude": cells["longitude"]}
    return {
        **{name: cells[name] for name in ("name", "address", "town", "iban", "badge")},
        **plain,
        "geo": place if any(place.values()) else None,
        "services": list(_services(cells["services"], cells["valid_from"])),
        "doctors": list(_doctors(cells["doctors"])),
        "vat_number": cells.get("vat_number") or None,
        "participation": _participation(cells),
        "campaigns": _listed(cells["campaigns"]) if cells.get("campaigns") else None,
    }


def _participation(cells: dict[str, str]) -> dict[str, object] | None:
    begins, ends, direct = (cells.get(name, "") for name in ("takes_part_from", "takes_part_until", "direct"))
    if not begins + ends + direct:
        return None
    if direct not in _DIRECT:
        raise _CellFault("direct", "yes_or_no", "direct è yes oppure no")
    return {"valid_from": begins or None, "valid_to": ends or None, "direct": _DIRECT[direct]}


_DIRECT = {"": True, "yes": True, "no": False}


def _listed(text: str) -> list[str]:
    """Read `PREV-2027;CUORE-2027`, or `-` for none."""
    return [] if text == "-" else [one.strip() for one in text.split(";") if one.strip()]


def _services(text: str, valid_from: str) -> Iterator[dict[str, object]]:
    """Read `VIS-CARD=120.00;VIS-ORTH=110.00`."""
    for part in filter(None, (one.strip() for one in text.split(";"))):
        code, _, price = part.partition("=")
        try:
            cents = parse_eur(price.strip())
        except ValueError:
            raise _CellFault("services", "price_form", f"{part}: serve CODICE=120.00") from None
        yield {"service_code": code.strip(), "price_cents": cents, "valid_from": valid_from}


def _doctors(text: str) -> Iterator[dict[str, object]]:
    """Read `Elena Moretti=VIS-CARD|VIS-ORTH;Paolo Riva=VIS-DERM`."""
    for part in filter(None, (one.strip() for one in text.split(";"))):
        name, _, codes = part.partition("=")
        yield {"name": name.strip(), "services": [code.strip() for code in codes.split("|") if code.strip()]}


def _fault(number: int, place: tuple[int | str, ...], error: object) -> LineFault:
    found = dict(error) if isinstance(error, dict) else {}
    field = str(place[1] if place[0] == "geo" and len(place) > 1 else place[0])
    if place[0] == "participation":
        field = {"valid_from": "takes_part_from", "valid_to": "takes_part_until"}[str(place[-1])]
    elif place[-1] == "valid_from":
        field = "valid_from"
    return LineFault(number, field, str(found["type"]), str(found["msg"]))


def unreadable(rule: str, message: str) -> ImportUnreadable:
    return ImportUnreadable(message, errors=[FieldError("/file", rule, message)])
