"""The facts that stop a use case of this service."""

from kit.errors import Conflict, InvalidInput, NotAllowed, NotFound, Unavailable


class MemberNotFound(NotFound):
    """No such member, or not the caller's own."""

    code = "member_not_found"


class MemberNotNamed(InvalidInput):
    """Staff must say for which member they act."""

    code = "member_not_named"


class PersonNotFound(NotFound):
    """The person does not belong to the member's family."""

    code = "person_not_found"


class CaseNotFound(NotFound):
    """No such case, or another member's."""

    code = "case_not_found"


class ClaimNotFound(NotFound):
    """No such claim, or another member's."""

    code = "claim_not_found"


class DocumentNotFound(NotFound):
    """No such document, or another member's."""

    code = "document_not_found"


class InvalidMember(InvalidInput):
    """A member's data break a rule: codice fiscale, dates, family."""

    code = "invalid_member"


class InvalidIban(InvalidInput):
    """The IBAN's form or check digits are wrong."""

    code = "invalid_iban"


class MemberIdentityConflict(Conflict):
    """An id or a codice fiscale already belongs to somebody else."""

    code = "member_identity_conflict"


class DataNotEditable(NotAllowed):
    """Members do not change their own data: the answer says whom to ask (member guide, "Profilo")."""

    code = "data_not_editable"


class FunctionNotAvailable(NotFound):
    """The fund has announced the function and does not offer it yet (member guide, "Il tuo diario")."""

    code = "function_not_available"


class InvalidExpense(InvalidInput):
    """An expense breaks a rule of the intake."""

    code = "invalid_expense"


class UnknownArticle(InvalidInput):
    """The plan in force on the day of the expense has no such article."""

    code = "unknown_article"


class PlanUnknown(Unavailable):
    """No plan of this fund has been published yet."""

    code = "plan_unknown"


class DuplicateExpense(Conflict):
    """The same document was already claimed for the same person (reading A80)."""

    code = "duplicate_expense"


class ConsentsMissing(InvalidInput):
    """One of the three consents was not given."""

    code = "consents_missing"


class CaseNotDraft(Conflict):
    """The case was already sent."""

    code = "case_not_draft"


class CaseNotHeld(Conflict):
    """The case does not wait for its turn."""

    code = "case_not_held"


class InvalidReceipt(InvalidInput):
    """The days of receipt and postmark do not fit the case."""

    code = "invalid_receipt"


class CaseEmpty(Conflict):
    """A case without claims cannot be sent."""

    code = "case_empty"


class ForbiddenTransition(Conflict):
    """A claim cannot go from its state to the one asked for."""

    code = "forbidden_transition"


class ClaimNotSuspended(Conflict):
    """Only a suspended claim can be completed."""

    code = "claim_not_suspended"


class SuspensionLapsed(Conflict):
    """The sixty days to complete the claim have passed (rule 1.1-R10)."""

    code = "suspension_lapsed"


class DocumentTooLarge(InvalidInput):
    """The file is larger than the limit."""

    code = "document_too_large"


class UnsupportedDocument(InvalidInput):
    """The file is by its content nothing that the intake takes, or it is damaged."""

    code = "unsupported_document"


class UnsafeDocument(InvalidInput):
    """The file carries what a receipt never needs: scripts, actions, attachments, a password, a bomb, a virus."""

    code = "unsafe_document"


class DocumentsNotReady(Conflict):
    """A document of the case is still being checked, was refused or erased."""

    code = "documents_not_ready"


class DocumentNotAvailable(Conflict):
    """The document's content cannot be read: it is being checked, was refused or erased."""

    code = "document_not_available"


class DocumentHeld(Conflict):
    """The document is on hold, for a dispute or a court."""

    code = "document_held"


class DocumentInUse(Conflict):
    """A claim that was sent rests on the document."""

    code = "document_in_use"


class UploadNotFound(NotFound):
    """No such upload, or another member's, or its time is over."""

    code = "upload_not_found"


class UploadOffsetMismatch(Conflict):
    """A part does not begin where the last one ended."""

    code = "upload_offset_mismatch"


class UploadFinished(Conflict):
    """The file of this upload was already taken in."""

    code = "upload_finished"


class TooManyUploads(Conflict):
    """The member has too many uploads that were begun and not ended."""

    code = "too_many_uploads"


class InvalidUpload(InvalidInput):
    """The upload form lacks a part or has a part too many."""

    code = "invalid_upload"


class RevisionUnknown(Conflict):
    """A decision speaks of a revision that was never sent."""

    code = "revision_unknown"


class ClaimNotCorrectable(Conflict):
    """The claim is not in a state in which its facts can be changed that way."""

    code = "claim_not_correctable"


class NotReviewable(Conflict):
    """Nothing to review: the claim is not decided, or everything was paid."""

    code = "not_reviewable"


class ClaimNotWithdrawable(Conflict):
    """The rules are deciding the claim, or have decided it."""

    code = "claim_not_withdrawable"


class ChangeRequestNotFound(NotFound):
    """No such change request, or it was answered."""

    code = "change_request_not_found"


class InvalidConfirmation(InvalidInput):
    """A confirmation of membership breaks a rule of article 1.5."""

    code = "invalid_confirmation"


class ConfirmationOpen(Conflict):
    """The member has asked already, and the office has not answered; or the membership is confirmed."""

    code = "confirmation_open"


class ConfirmationNotFound(NotFound):
    """No such confirmation that waits for the office."""

    code = "confirmation_not_found"


class SampleNotFound(NotFound):
    """The claim was not drawn for a check, or was checked."""

    code = "sample_not_found"


class InvalidDelegation(InvalidInput):
    """A delegation breaks a rule."""

    code = "invalid_delegation"


class DelegationNotFound(NotFound):
    """No such delegation, or not the caller's to revoke."""

    code = "delegation_not_found"


class NotDelegated(NotAllowed):
    """The caller has no delegation of this member that holds today."""

    code = "not_delegated"


class ReviewTermOver(Conflict):
    """The fund's term to ask for a review is over."""

    code = "review_term_over"


class ReviewRequestOpen(Conflict):
    """The member has asked already, and the fund has not answered."""

    code = "review_request_open"


class ReviewRequestNotFound(NotFound):
    """No such review request, or it does not wait for this answer."""

    code = "review_request_not_found"


class StaleRevision(Conflict):
    """Somebody changed the claim since it was read (If-Match)."""

    code = "stale_revision"


class WorkItemNotFound(NotFound):
    """No such open item of the desk's queue."""

    code = "work_item_not_found"


class WorkItemHeld(Conflict):
    """Another person holds the item at the moment."""

    code = "work_item_held"


class LeaseLost(Conflict):
    """The lease ended and somebody else has the item, or it was decided."""

    code = "lease_lost"


class ClaimNotReferred(Conflict):
    """Only a referred claim is decided by a person."""

    code = "claim_not_referred"


class ReviewerRoleRequired(NotAllowed):
    """The claim waits for another role: operator, consulting doctor or board."""

    code = "reviewer_role_required"


class InvalidVerdict(InvalidInput):
    """The parts of a decision do not go together."""

    code = "invalid_verdict"


class SamePersonTwice(NotAllowed):
    """Who proposed a payment cannot be its second person."""

    code = "same_person_twice"


class ReviewPending(Conflict):
    """A proposal waits for its second person."""

    code = "review_pending"


class ReviewNotFound(NotFound):
    """No such decision of a person that waits for its second."""

    code = "review_not_found"


class FundTermsUnknown(Unavailable):
    """This release knows no terms of the caller's fund."""

    code = "fund_terms_unknown"


class InvalidImport(InvalidInput):
    """The feed as a whole cannot be read: columns, encoding, form."""

    code = "invalid_import"


class FeedTooLarge(InvalidInput):
    """The feed is larger than the limit."""

    code = "feed_too_large"


class ImportNotFound(NotFound):
    """No such import."""

    code = "import_not_found"
