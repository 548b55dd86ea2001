"""The demo fund: members with their families and a network of facilities, loaded through the gateway."""

from datetime import date
from pathlib import Path
from typing import Any

import httpx

from mutua_local.demo.client import Caller, CallRefused
from mutua_local.login import machine_token
from mutua_local.people import Household, Person
from mutua_local.secrets import load_secrets
from mutua_local.services import DEMO_IDS
from mutua_local.settings import Settings

AGREED_FROM = "2024-01-01"

HOUSEHOLDS = (
    Household(
        number="100001",
        member_id=DEMO_IDS["DEMO_MEMBER_ID_MARIO_ROSSI"],
        member=Person("member", "Mario", "Rossi", "M", date(1975, 6, 15)),
        email="mario.rossi@example.org",
        family=(
            Person("spouse", "Lucia", "Ferrari", "F", date(1978, 2, 20)),
            Person("child", "Sofia", "Rossi", "F", date(2012, 5, 20)),
            Person("child", "Luca", "Rossi", "M", date(2003, 9, 3), birth_place="Saronno"),
        ),
    ),
    Household(
        number="100002",
        member=Person("member", "Teresa", "Colombo", "F", date(1981, 11, 8), birth_place="Como"),
        email="teresa.colombo@example.org",
        employer="Trenord S.r.l.",
    ),
    Household(
        number="100003",
        member=Person("member", "Giovanni", "Brambilla", "M", date(1952, 3, 3), birth_place="Varese"),
        email="giovanni.brambilla@example.org",
        category="pensioner",
        employer=None,
        enrolled_on=date(1990, 1, 1),
        family=(Person("spouse", "Rosa", "Galli", "F", date(1955, 7, 1)),),
    ),
)


def _facility(
    name: str, place: tuple[str, str, str, str], point: tuple[float, float], bank_and_vat: tuple[str, str]
) -> dict[str, Any]:
    address, postal_code, town, province = place
    iban, vat_number = bank_and_vat
    return {
        "name": name,
        "address": address,
        "postal_code": postal_code,
        "town": town,
        "province": province,
        "geo": {"latitude": point[0], "longitude": point[1]},
        "phone": "+39 02 0000000",
        "iban": iban,
        "vat_number": vat_number,
        "badge": "green",
    }


def _prices(**cents: int) -> list[dict[str, Any]]:
    return [
        {"service_code": code.replace("_", "-"), "price_cents": price, "valid_from": AGREED_FROM}
        for code, price in cents.items()
    ]


FACILITIES: dict[str, dict[str, Any]] = {
    "cardio-saronno": {
        "facility_id": DEMO_IDS["DEMO_FACILITY_ID_CARDIO"],
        **_facility(
            "Poliambulatorio Cardio Saronno",
            ("Via Roma 12", "21047", "Saronno", "VA"),
            (45.6255, 9.0369),
            ("IT60X0542811101000000123456", "09101000124"),
        ),
        "services": _prices(VIS_CARD=12000, VIS_ORTH=11000, VIS_EYE=9500),
        "doctors": [{"name": "dott.ssa Elena Moretti", "services": ["VIS-CARD"]}],
    },
    "centro-diagnostico-milano": {
        **_facility(
            "Centro Diagnostico Cadorna",
            ("Piazzale Cadorna 4", "20123", "Milano", "MI"),
            (45.4686, 9.1754),
            ("IT68D0300203280000400162854", "09102000156"),
        ),
        "services": _prices(DIA_XRAY=4500, DIA_MRI=18000, DIA_LAB=3800, VIS_CARD=13500),
        "doctors": [{"name": "dott. Paolo Riva", "services": ["VIS-CARD"]}],
    },
    "studio-dentistico-como": {
        **_facility(
            "Studio Dentistico Lario",
            ("Via Garibaldi 30", "22100", "Como", "CO"),
            (45.8105, 9.0832),
            ("IT45E0300203280000400162855", "09103000130"),
        ),
        "badge": "yellow",
        "services": _prices(VIS_DERM=10000),
        "doctors": [],
    },
}


async def load(settings: Settings) -> None:
    """Register the members and the facilities; what is there already stays as it is."""
    secrets = load_secrets(settings.secrets_file, ["MACHINE_SECRET_FUND_ADMIN"])
    token = await machine_token(settings.public_url, "fund-admin", secrets["MACHINE_SECRET_FUND_ADMIN"])
    async with httpx.AsyncClient(base_url=settings.public_url, timeout=30) as http:
        office = Caller(http, token)
        for code, facility in FACILITIES.items():
            await office.put(f"/v1/facilities/{code}", facility)
        network = Path(__file__).with_name("network.csv").read_bytes()
        await office.post_file("/v1/network-imports", network, "text/csv", dry_run="false")
        await _publish_agendas(office)
        for household in HOUSEHOLDS:
            await office.put(f"/v1/members/by-number/{household.number}", household.body())


async def _publish_agendas(office: Caller) -> None:
    """Give every green facility slots, so that the search shows first times; an agenda that is there stays."""
    page = await office.get("/v1/facilities", limit=200)
    for place, facility in enumerate(one for one in page["items"] if one["bookable_online"]):
        if facility["slots"]:
            continue
        path = f"/v1/facilities/{facility['facility_id']}/agenda"
        try:
            await office.get(path)
        except CallRefused as refused:
            if refused.status != httpx.codes.NOT_FOUND:
                raise
            offered = {one["service_code"] for one in facility["services"]}
            codes = sorted(offered, key=lambda code: (code != "VIS-CARD", code))[:2]
            await office.put(path, {"openings": [one for code in codes for one in _openings(code, place)]})


def _openings(service_code: str, place: int) -> list[dict[str, Any]]:
    """Three mornings, an early one and an evening a week, not the same for all."""
    hours = [("09:00", "12:00"), ("09:30", "12:30"), ("10:00", "12:00"), ("08:00", "09:00"), ("18:00", "20:00")]
    return [
        {"weekday": (place + day) % 5 + 1, "begins": begins, "ends": ends, "minutes": 60, "service_code": service_code}
        for day, (begins, ends) in enumerate(hours)
    ]
