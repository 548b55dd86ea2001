"""Campaigns of a fund: some services, for some time, at the facilities that take part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from booking_api.domain.errors import CampaignInvalid
from kit.errors import FieldError


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign, for example of prevention.

    Shapes: `services` are codes of the nomenclature.
    Units: appointments from `valid_from` up to, without, `valid_to`.
    Source: FASCHIM guide, pp. 28-29, "campagna di prevenzione" (FAS-PRE-05).
    """

    code: str
    title_it: str
    title_en: str
    valid_from: date
    valid_to: date
    services: tuple[str, ...]

    def runs_on(self, day: date) -> bool:
        """Say whether an appointment on a day belongs to the campaign."""
        return self.valid_from <= day < self.valid_to


def check_campaign(campaign: Campaign, known: frozenset[str]) -> None:
    """Refuse a campaign without a day, and services outside the nomenclature or named twice.

    Raises: CampaignInvalid, naming each entry at fault.
    """
    faults = [
        FieldError(f"/services/{i}", "unknown_service", f"Prestazione sconosciuta: {code}")
        for i, code in enumerate(campaign.services)
        if code not in known
    ]
    faults += [
        FieldError(f"/services/{i}", "service_twice", f"{code} è ripetuta")
        for i, code in enumerate(campaign.services)
        if code in campaign.services[:i]
    ]
    if campaign.valid_to <= campaign.valid_from:
        faults.append(FieldError("/valid_to", "period_empty", "Il periodo di validità è vuoto"))
    if faults:
        raise CampaignInvalid("I dati della campagna non sono validi", errors=faults)


def campaign_faults(
    campaign: Campaign | None, *, wanted: str, day: date, services: Sequence[str], of_facility: Sequence[str]
) -> list[FieldError]:
    """Return why a booking cannot belong to the campaign that it names."""
    if campaign is None:
        return [FieldError("/campaign", "unknown_campaign", f"Campagna sconosciuta: {wanted}")]
    faults = []
    if not campaign.runs_on(day):
        message = f"{campaign.title_it}: appuntamenti dal {campaign.valid_from:%d/%m/%Y}, prima del "
        message += f"{campaign.valid_to:%d/%m/%Y}"
        faults.append(FieldError("/appointment_at", "outside_campaign", message))
    outside = sorted(set(services) - set(campaign.services))
    if outside:
        message = f"{campaign.title_it} non comprende: {', '.join(outside)}"
        faults.append(FieldError("/service_code", "service_not_in_campaign", message))
    if campaign.code not in of_facility:
        message = f"La struttura non aderisce a: {campaign.title_it}"
        faults.append(FieldError("/facility_id", "facility_not_in_campaign", message))
    return faults
