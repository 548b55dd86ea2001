"""The nomenclature: which services can be booked, under which article of the plan, with which notice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ServiceClass(StrEnum):
    """The class that decides the notice of a booking.

    Source: decision 3 on the member guide (A27).
    """

    OUTPATIENT = "outpatient"
    DENTAL = "dental"
    PHYSIO = "physio"
    INPATIENT = "inpatient"
    OUTPATIENT_SURGERY = "outpatient_surgery"
    EYE_SURGERY = "eye_surgery"

    @property
    def general(self) -> "ServiceClass":
        """Return the class whose notice holds where a plan names none for this one.

        Source: member guide, "2 giorni lavorativi per le prestazioni Extra-Ricovero": physiotherapy and dental care are
        given outside a stay; a stay and an operation have no more general class.
        """
        return ServiceClass.OUTPATIENT if self in {ServiceClass.DENTAL, ServiceClass.PHYSIO} else self


@dataclass(frozen=True, slots=True)
class BookableService:
    """One service of the nomenclature.

    Shapes: `tariff_code` is the row of the article's tariff, where it has one; `agreed_facts` are facts that the
    agreement with the network guarantees (what a facility's invoice always shows), as the plan's rules name them;
    `plan_name` is the word by which the plan's rules know the service; `prescription_required` says that nothing is
    requested on the portal without one, where elsewhere it is advised; `per_tooth` says that each unit
    of the service is a tooth.
    """

    code: str
    plan_name: str
    title_it: str
    title_en: str
    article: str
    tariff_code: str | None
    provider_kind: str
    specialty: str | None
    service_class: ServiceClass
    agreed_facts: Mapping[str, str | int | bool] = field(default_factory=dict)
    prescription_required: bool = False
    per_tooth: bool = False
