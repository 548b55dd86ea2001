"""The terms of each fund, read from its `fund.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, Field

from kit.workdays import WorkingDays
from notify_svc.domain.fund_terms import FundTerms
from notify_svc.domain.reminder import ReminderTerms

_Days = Annotated[int, Field(ge=1)]


class _Reminders(BaseModel, extra="forbid"):
    appointment_working_days: _Days
    suspension_days: list[_Days]
    iban_days: list[_Days]


class _Fund(BaseModel):
    patron_day: str = Field(pattern=r"^[0-9][0-9]-[0-9][0-9]$")
    reminders: _Reminders


def read_fund_terms(folder: Path) -> Mapping[str, FundTerms]:
    """Read the terms of every fund that has templates, by the fund's id."""
    return {path.parent.name: _terms(path) for path in sorted(folder.glob("*/fund.yaml"))}


def _terms(path: Path) -> FundTerms:
    fund = _Fund.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    month, day = (int(part) for part in fund.patron_day.split("-"))
    reminders = ReminderTerms(
        calendar=WorkingDays(patron=(month, day)),
        appointment_working_days=fund.reminders.appointment_working_days,
        suspension_days=tuple(sorted(fund.reminders.suspension_days)),
        iban_days=tuple(sorted(fund.reminders.iban_days)),
    )
    return FundTerms(reminders=reminders)
