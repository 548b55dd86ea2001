"""What a booking must know of the plan of benefits: its notices and the modes of its articles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from booking_api.domain.errors import NoticeUndefined
from booking_api.domain.nomenclature import ServiceClass


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One published version of a plan, as far as bookings need it.

    Shapes: `notice_days` maps a service class to working days, `modes` an article to its modes (direct, indirect).
    Units: the version is in force on days from `effective_from` up to, without, `effective_to`.
    """

    plan_id: str
    version: str
    effective_from: date
    effective_to: date | None
    notice_days: Mapping[str, int]
    modes: Mapping[str, frozenset[str]]

    def notice_for(self, service_class: ServiceClass) -> int:
        """Return the working days of notice of a class.

        Raises: NoticeUndefined, because a guess could authorise too late.
        """
        named = service_class if service_class in self.notice_days else service_class.general
        if named not in self.notice_days:
            raise NoticeUndefined(
                "Il piano in vigore non indica il preavviso per questa prestazione",
                plan_id=self.plan_id,
                version=self.version,
                service_class=str(service_class),
            )
        return self.notice_days[named]

    def names_notice_of(self, service_class: ServiceClass) -> bool:
        """Say whether the plan has a notice for a class."""
        return bool({service_class, service_class.general} & set(self.notice_days))

    def in_force_on(self, day: date) -> bool:
        """Say whether the version is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)

    def allows(self, article: str, mode: str) -> bool:
        """Say whether an article can be used in a mode."""
        return mode in self.modes.get(article, frozenset())
