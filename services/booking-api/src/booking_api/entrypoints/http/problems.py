"""Which fact answers with which status."""

from collections.abc import Mapping

from booking_api.domain import errors
from kit.errors import DomainError

PROBLEMS: Mapping[type[DomainError], int] = {
    errors.BookingNotFound: 404,
    errors.PersonNotFound: 404,
    errors.CodeNotFound: 404,
    errors.LetterNotReady: 404,
    errors.BookingRejected: 422,
    errors.FacilityNotFound: 404,
    errors.SlotNotFound: 404,
    errors.SlotTaken: 409,
    errors.SlotsInvalid: 422,
    errors.FacilityInvalid: 422,
    errors.ImportNotFound: 404,
    errors.ImportUnreadable: 422,
    errors.FacilityCodeTaken: 409,
    errors.TransitionForbidden: 409,
    errors.AppointmentStarted: 409,
    errors.RescheduleTooLate: 409,
    errors.NothingNew: 422,
    errors.RefusalReasonUnknown: 422,
    errors.DispensingRejected: 422,
    errors.InvoiceNumberUsed: 409,
    errors.PlanUnknown: 503,
    errors.NoticeUndefined: 503,
}
