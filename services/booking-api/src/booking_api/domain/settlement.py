"""What a facility finds about a booking after it was dispensed: statements, integrations."""

from collections.abc import Collection


def on_statement_cents(*, closed: bool, paid: bool, fund_share_cents: int) -> int | None:
    """Return what the fund still owes on a facility's statement, None for what cannot be on one.

    Source: FASCHIM e-mail, FAQ 8, "troverai tutte le distinte di pagamento"; reading AMB-K10: closed bookings only.
    """
    if not closed:
        return None
    return 0 if paid else fund_share_cents


def may_ask_integration(state: str, open_states: Collection[str]) -> bool:
    """Say whether the fund may ask the facility for another paper: what it has suspended or not closed yet.

    Source: FASCHIM e-mail, FAQ 9, "te lo comunicheremo direttamente tramite koperniko"; reading AMB-K20.
    """
    return state in open_states
