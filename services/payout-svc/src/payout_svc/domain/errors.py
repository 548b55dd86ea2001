"""What stops a use case, named by the fact."""

from kit.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound


class PayoutRunNotFound(NotFound):
    """No run has this id."""

    code = "payout_run_not_found"


class PayoutRunStateForbids(Conflict):
    """The run is in a state that does not allow this step."""

    code = "payout_run_state_forbids"


class PayoutRunInExecution(Conflict):
    """The month's run is being executed: its execution must be finished, not replaced."""

    code = "payout_run_in_execution"


class ApproverIsPreparer(NotAllowed):
    """The person who prepared a run cannot approve it."""

    code = "approver_is_preparer"


class BalancesChanged(Conflict):
    """Balances are no longer those of the dry run."""

    code = "balances_changed"


class PaymentTermsUnknown(Conflict):
    """No published plan tells from which balance on members are paid."""

    code = "payment_terms_unknown"


class MonthNotStarted(InvalidInput):
    """A run cannot be prepared for a month that has not begun."""

    code = "month_not_started"


class TransferFileNotReady(Conflict):
    """The run has not been executed to its end."""

    code = "transfer_file_not_ready"


class RunHasNoTransfers(NotFound):
    """The run paid nobody, so it has no bank file."""

    code = "run_has_no_transfers"


class RunHasSeveralFiles(Conflict):
    """The run has more than one bank file: each has its own address."""

    code = "run_has_several_files"


class TransferFileNotFound(NotFound):
    """The run has no bank file of this number."""

    code = "transfer_file_not_found"


class BankChannelInvalid(InvalidInput):
    """The bank's terms do not fit together."""

    code = "bank_channel_invalid"


class TooManyFiles(Conflict):
    """The run would need more bank files than can be told apart."""

    code = "too_many_files"


class NotAStatusReport(InvalidInput):
    """The content is not a payment status report (pain.002)."""

    code = "not_a_status_report"


class NotAnAccountStatement(InvalidInput):
    """The content is not an account statement (camt.053 or camt.054)."""

    code = "not_an_account_statement"


class ForeignAccount(InvalidInput):
    """The statement speaks of an account that is not the fund's."""

    code = "foreign_account"


class PayeeNotFound(NotFound):
    """Nobody with this id is paid by the fund."""

    code = "payee_not_found"


class InstalmentNotFound(NotFound):
    """No instalment has this id."""

    code = "instalment_not_found"


class PayeeMissing(InvalidInput):
    """Staff asked for a statement without saying whose."""

    code = "payee_missing"


class BankStatementNotFound(NotFound):
    """No bank statement has this id."""

    code = "bank_statement_not_found"


class UnknownBankStatus(InvalidInput):
    """The report holds a status that is not in the code set."""

    code = "unknown_bank_status"


class AlreadyHeld(Conflict):
    """The payee has an open hold of this kind."""

    code = "already_held"


class HoldNotFound(NotFound):
    """No hold has this id."""

    code = "hold_not_found"


class HoldLifted(Conflict):
    """The hold was lifted before."""

    code = "hold_lifted"


class HoldNeedsHeirs(Conflict):
    """The hold of a deceased member goes with the approval of the heirs."""

    code = "hold_needs_heirs"


class LifterIsPlacer(NotAllowed):
    """The person who placed a hold cannot lift it."""

    code = "lifter_is_placer"


class HeirsNotFound(NotFound):
    """No record of heirs has this id."""

    code = "heirs_not_found"


class HeirsNotRecorded(Conflict):
    """The record of heirs was approved or replaced before."""

    code = "heirs_not_recorded"


class ApproverIsRecorder(NotAllowed):
    """The person who recorded the heirs cannot approve them."""

    code = "approver_is_recorder"


class HeirsInvalid(InvalidInput):
    """What was recorded of the heirs cannot be right."""

    code = "heirs_invalid"


class VerificationNotFound(NotFound):
    """No batch of verifications has this id."""

    code = "verification_not_found"


class NothingToVerify(Conflict):
    """Every payee is verified or has been asked about."""

    code = "nothing_to_verify"


class NotVerificationAnswers(InvalidInput):
    """The content is no file of verification answers."""

    code = "not_verification_answers"


class YearNotEnded(InvalidInput):
    """A year is communicated once it has ended."""

    code = "year_not_ended"


class TaxYearDiffers(Conflict):
    """The payments of a year are not what the ledger has."""

    code = "tax_year_differs"


class TaxCommunicationNotFound(NotFound):
    """No such communication has been made."""

    code = "tax_communication_not_found"


class UnbalancedEntry(DomainError):
    """Postings do not sum to zero: the code is wrong, nothing is written."""

    code = "unbalanced_entry"


class TransferFileInvalid(DomainError):
    """The written bank file failed its checks: the code or its data is wrong, nothing is stored."""

    code = "transfer_file_invalid"
