"""The settings of this service."""

from pydantic import Field

from kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """The common settings, and how often overdue suspensions are looked for."""

    lapse_check_seconds: float = Field(default=5.0, gt=0)
