"""Facts that stop the work on plans and decisions."""

from kit.errors import Conflict, InvalidInput, NotFound, Unavailable


class PlanInvalid(InvalidInput):
    """The plan file breaks the plan language; each fault names its place."""

    code = "plan_invalid"


class PlanVersionTaken(Conflict):
    """The version is published with other content; a correction is a new version."""

    code = "plan_version_taken"


class WithdrawalLeavesGap(Conflict):
    """Without the version, days of expenses would have no plan; each fault names a run of them."""

    code = "withdrawal_leaves_gap"


class PlanNotFound(NotFound):
    """No plan of that name is published for the fund."""

    code = "plan_not_found"


class DraftNotFound(NotFound):
    """The plan has no open draft of that version."""

    code = "draft_not_found"


class ArticleNotFound(NotFound):
    """The plan in force has no such article."""

    code = "article_not_found"


class PersonNotFound(NotFound):
    """The person is not known, or the caller may not know that they are."""

    code = "person_not_found"


class FamilyNotNamed(InvalidInput):
    """Staff must say whose limits they ask for."""

    code = "family_not_named"


class DecisionNotFound(NotFound):
    """The decision does not exist, or the caller may not know that it does."""

    code = "decision_not_found"


class SimulationNotFound(NotFound):
    """The simulation does not exist."""

    code = "simulation_not_found"


class SimulationNotDone(Conflict):
    """The simulation has no result yet, or none at all."""

    code = "simulation_not_done"


class RateUnknown(NotFound):
    """No official exchange rate is known for the currency and the day."""

    code = "rate_unknown"


class RatesUnreadable(InvalidInput):
    """The file is not one of the central bank's."""

    code = "rates_unreadable"


class RatesInvalid(InvalidInput):
    """The file holds rates that cannot be official."""

    code = "rates_invalid"


class RatesUnavailable(Unavailable):
    """The central bank's rates cannot be fetched now."""

    code = "rates_unavailable"


class RatesSourceMissing(Conflict):
    """No address of the central bank's rates is set; a file can be uploaded."""

    code = "rates_source_missing"


class OpeningsInvalid(InvalidInput):
    """Lines of a file of opening balances break rules; nothing is imported."""

    code = "openings_invalid"


class NoPlanInForce(InvalidInput):
    """No published plan version covers the expense date."""

    code = "no_plan_in_force"


class DecisionFilterMissing(InvalidInput):
    """A list of decisions needs exactly one of claim_id and booking_id."""

    code = "decision_filter_missing"


class MonthNotBegun(InvalidInput):
    """A month that has not begun cannot be reconciled."""

    code = "month_not_begun"


class ReconciliationNotFound(NotFound):
    """Nobody has asked for the reconciliation of this month, and it has not ended."""

    code = "reconciliation_not_found"
