"""Which HTTP status each fact of the domain has; a test fails when a class is missing here."""

from collections.abc import Mapping

from claims_api.domain import errors
from kit.errors import DomainError

PROBLEMS: Mapping[type[DomainError], int] = {
    errors.MemberNotFound: 404,
    errors.PersonNotFound: 404,
    errors.CaseNotFound: 404,
    errors.ClaimNotFound: 404,
    errors.DocumentNotFound: 404,
    errors.MemberNotNamed: 422,
    errors.InvalidMember: 422,
    errors.InvalidIban: 422,
    errors.InvalidExpense: 422,
    errors.UnknownArticle: 422,
    errors.ConsentsMissing: 422,
    errors.InvalidUpload: 422,
    errors.UnsafeDocument: 422,
    errors.DocumentTooLarge: 413,
    errors.UnsupportedDocument: 415,
    errors.MemberIdentityConflict: 409,
    errors.DuplicateExpense: 409,
    errors.CaseNotDraft: 409,
    errors.CaseEmpty: 409,
    errors.ForbiddenTransition: 409,
    errors.ClaimNotSuspended: 409,
    errors.SuspensionLapsed: 409,
    errors.RevisionUnknown: 409,
    errors.WorkItemNotFound: 404,
    errors.WorkItemHeld: 409,
    errors.LeaseLost: 409,
    errors.ClaimNotReferred: 409,
    errors.ReviewerRoleRequired: 403,
    errors.InvalidVerdict: 422,
    errors.ManualPaymentNotOpen: 409,
    errors.SamePersonTwice: 403,
    errors.ReviewPending: 409,
    errors.ReviewNotFound: 404,
    errors.FundTermsUnknown: 503,
    errors.InvalidImport: 422,
    errors.FeedTooLarge: 413,
    errors.ImportNotFound: 404,
    errors.PlanUnknown: 503,
}
