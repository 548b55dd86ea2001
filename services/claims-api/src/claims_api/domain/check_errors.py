"""The facts that stop what is done with checks of claims, and with a member's consent to be helped."""

from kit.errors import Conflict, InvalidInput, NotFound


class CheckUpNotFound(NotFound):
    """No such check-up visit."""

    code = "check_up_not_found"


class CheckUpNotOpen(Conflict):
    """The visit has its outcome already."""

    code = "check_up_not_open"


class CheckUpOpen(Conflict):
    """A visit on this claim is ordered and has no outcome yet."""

    code = "check_up_open"


class InvalidCheckUp(InvalidInput):
    """The visit lies in the past, or after its last good day."""

    code = "invalid_check_up"


class ClaimNotCheckable(Conflict):
    """Nothing is asked of the fund for the claim: there is nothing to check."""

    code = "claim_not_checkable"


class FilingConsentMissing(Conflict):
    """The member has not consented that this helper files in their place, or only to an older text."""

    code = "filing_consent_missing"


class FilingConsentNotFound(NotFound):
    """No such consent that still stands."""

    code = "filing_consent_not_found"


class InvalidFilingConsent(InvalidInput):
    """The consent is to another text than the one in force, or of the future."""

    code = "invalid_filing_consent"
