"""The facts that stop a booking."""

from typing import ClassVar

from kit.errors import Conflict, InvalidInput, NotFound, Unavailable


class BookingNotFound(NotFound):
    """There is no such booking for this caller."""

    code: ClassVar[str] = "booking_not_found"


class PersonNotFound(NotFound):
    """There is no such person in the caller's family."""

    code: ClassVar[str] = "person_not_found"


class CodeNotFound(NotFound):
    """The authorisation code belongs to no booking of this facility."""

    code: ClassVar[str] = "authorisation_code_not_found"


class LetterNotReady(NotFound):
    """The booking has no quota letter yet."""

    code: ClassVar[str] = "quota_letter_not_ready"


class PassEnded(Conflict):
    """The booking no longer stands, or never did: there is nothing to show at a desk."""

    code: ClassVar[str] = "pass_ended"


class BookingRejected(InvalidInput):
    """The request cannot become a booking; the fields say why."""

    code: ClassVar[str] = "booking_invalid"


class FacilityInvalid(InvalidInput):
    """The facility's data break a rule that its fields name."""

    code: ClassVar[str] = "facility_invalid"


class CampaignInvalid(InvalidInput):
    """The campaign's data break a rule that its fields name."""

    code: ClassVar[str] = "campaign_invalid"


class CampaignUnknown(InvalidInput):
    """The fund has no such campaign."""

    code: ClassVar[str] = "campaign_unknown"


class ImportNotFound(NotFound):
    """There is no such import in this fund."""

    code: ClassVar[str] = "network_import_not_found"


class ImportUnreadable(InvalidInput):
    """The file is no CSV of the network."""

    code: ClassVar[str] = "network_file_invalid"


class FacilityCodeTaken(Conflict):
    """The code or the id belongs to another facility."""

    code: ClassVar[str] = "facility_code_taken"


class TransitionForbidden(Conflict):
    """The booking's state does not lead where the command wants to go."""

    code: ClassVar[str] = "booking_transition_forbidden"


class AppointmentStarted(Conflict):
    """The appointment has begun, so the member can no longer cancel it."""

    code: ClassVar[str] = "appointment_started"


class AuthorisationStands(InvalidInput):
    """The fund does not withdraw an authorisation of its own accord."""

    code: ClassVar[str] = "authorisation_stands"


class RenewalForbidden(Conflict):
    """There is no authorisation that could be renewed in this way."""

    code: ClassVar[str] = "renewal_forbidden"


class DirectWayOpen(Conflict):
    """The booking stands or was dispensed: there is nothing to claim."""

    code: ClassVar[str] = "direct_way_open"


class IndirectNotCovered(Conflict):
    """The plan in force on the day of the appointment pays the article in direct mode only."""

    code: ClassVar[str] = "indirect_not_covered"


class AppointmentNotYet(Conflict):
    """The day of the appointment has not come."""

    code: ClassVar[str] = "appointment_not_yet"


class PaperNotFound(NotFound):
    """There is no such paper for this caller."""

    code: ClassVar[str] = "paper_not_found"


class PaperInvalid(InvalidInput):
    """The file is no paper that the fund can read."""

    code: ClassVar[str] = "paper_invalid"


class RescheduleTooLate(Conflict):
    """The appointment is too near for the member to move it."""

    code: ClassVar[str] = "reschedule_too_late"


class NothingNew(InvalidInput):
    """The change tells the plan's rules nothing that they did not know."""

    code: ClassVar[str] = "nothing_new"


class RefusalReasonUnknown(InvalidInput):
    """The fund has no such reason for a refusal."""

    code: ClassVar[str] = "refusal_reason_unknown"


class FacilityNotFound(NotFound):
    """There is no such facility for this caller."""

    code: ClassVar[str] = "facility_not_found"


class AgendaNotFound(NotFound):
    """The facility keeps no agenda here."""

    code: ClassVar[str] = "agenda_not_found"


class SlotNotFound(NotFound):
    """The facility has no such slot."""

    code: ClassVar[str] = "slot_not_found"


class SlotTaken(Conflict):
    """Somebody else has the slot, or it is over."""

    code: ClassVar[str] = "slot_taken"


class SlotsInvalid(InvalidInput):
    """The offered slots break a rule that their fields name."""

    code: ClassVar[str] = "slots_invalid"


class DispensingRejected(InvalidInput):
    """The facility's dispensing data do not match the authorisation."""

    code: ClassVar[str] = "dispensing_invalid"


class InvoiceNumberUsed(Conflict):
    """The facility has already sent an invoice with this number in this year."""

    code: ClassVar[str] = "invoice_number_used"


class WebhookInvalid(InvalidInput):
    """The address or the number of webhooks breaks a rule."""

    code: ClassVar[str] = "webhook_invalid"


class WebhookNotFound(NotFound):
    """The facility has no such webhook."""

    code: ClassVar[str] = "webhook_not_found"


class DeliveryNotFound(NotFound):
    """The webhook has no such delivery."""

    code: ClassVar[str] = "webhook_delivery_not_found"


class ReviewForbidden(Conflict):
    """There is nothing to review, or a review is open."""

    code: ClassVar[str] = "review_forbidden"


class SecondPersonNeeded(Conflict):
    """Whoever proposed more money cannot grant it."""

    code: ClassVar[str] = "second_person_needed"


class NameChangeTooEarly(Conflict):
    """The facility does not work here yet."""

    code: ClassVar[str] = "name_change_too_early"


class MatterNotFound(NotFound):
    """There is no such matter for this caller."""

    code: ClassVar[str] = "matter_not_found"


class MatterMoveForbidden(Conflict):
    """The state of the matter, or the side that acts, does not allow this step."""

    code: ClassVar[str] = "matter_move_forbidden"


class MatterFactsInvalid(InvalidInput):
    """The step lacks a fact, or has an impossible one."""

    code: ClassVar[str] = "matter_facts_invalid"


class IntegrationForbidden(Conflict):
    """Nothing of the booking was dispensed yet."""

    code: ClassVar[str] = "integration_forbidden"


class TariffInvalid(InvalidInput):
    """The proposed tariffs break a rule that their fields name."""

    code: ClassVar[str] = "tariff_invalid"


class TransitionUnknown(Conflict):
    """The fund comes from no other system."""

    code: ClassVar[str] = "transition_unknown"


class PlanUnknown(Unavailable):
    """No plan of benefits has reached this service yet."""

    code: ClassVar[str] = "plan_unknown"


class NoticeUndefined(Unavailable):
    """The plan in force names no notice for this class of services."""

    code: ClassVar[str] = "notice_undefined"
