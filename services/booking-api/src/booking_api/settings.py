"""Settings of the booking service."""

from kit.settings import ServiceSettings


class BookingSettings(ServiceSettings):
    """Nothing beyond the common part: what a fund fixes is data, not a setting."""
