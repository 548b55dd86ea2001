"""Facts that stop the work on plans and decisions."""

from kit.errors import Conflict, InvalidInput, NotFound


class PlanInvalid(InvalidInput):
    """The plan file breaks the plan language; each fault names its place."""

    code = "plan_invalid"


class PlanVersionTaken(Conflict):
    """The version is published with other content; a correction is a new version."""

    code = "plan_version_taken"


class PlanNotFound(NotFound):
    """No plan of that name is published for the fund."""

    code = "plan_not_found"


class ArticleNotFound(NotFound):
    """The plan in force has no such article."""

    code = "article_not_found"


class PersonNotFound(NotFound):
    """The person is not known, or the caller may not know that they are."""

    code = "person_not_found"


class DecisionNotFound(NotFound):
    """The decision does not exist, or the caller may not know that it does."""

    code = "decision_not_found"


class NoPlanInForce(InvalidInput):
    """No published plan version covers the expense date."""

    code = "no_plan_in_force"


class DecisionFilterMissing(InvalidInput):
    """A list of decisions needs exactly one of claim_id and booking_id."""

    code = "decision_filter_missing"
