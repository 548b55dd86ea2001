"""Settings of payout-svc: the common ones and the fund's own account."""

from kit.settings import ServiceSettings


class PayoutSettings(ServiceSettings):
    """The account that transfers are paid from, in the bank file."""

    debtor_name: str
    debtor_iban: str
    debtor_bic: str | None = None
