"""The portal of FASCHIM's facilities: the passage from S@R to Koperniko, dispensing, credentials, reviews."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from booking_api.adapters.transition_file import all_transitions
from booking_api.domain.company_name import check_name_change
from booking_api.domain.convention_manager import ManagerContact, ManagerFault, choose_manager
from booking_api.domain.dispensing import PaperKind
from booking_api.domain.review import check_reviewable
from booking_api.domain.settlement import may_ask_integration, on_statement_cents
from booking_api.domain.transition import Gate, OldBooking, Ruling, frozen_shares
from kit.auth import FACILITY_USER_KEEPERS
from kit.cases import Answer, Case, Plan
from kit.errors import DomainError

Facts = Mapping[str, Any]

_DAYS = ("date", "opened_on", "expected_end", "invoice_date")
_GATES = {Gate.OPEN: "ALLOW", Gate.WARNED: "ALLOW_WITH_WARNING", Gate.SHUT: "DENY"}
T = all_transitions()["faschim"]


def faschim_facility(case: Case, _plans: Sequence[Plan]) -> Answer | None:
    """Answer a case by the functions that the routes use; None where the action is none of them."""
    given = dict(case["given"])
    request = dict(case["request"])
    facts = {**request, **given}
    facts |= {name: date.fromisoformat(facts[name]) for name in _DAYS if facts.get(name)}
    handler = _ACTIONS.get(request["action"])
    return handler(facts) if handler else None


def _old(facts: Facts) -> bool:
    return bool(facts.get("system") == T.old_system)


def _booking(facts: Facts) -> OldBooking:
    papers = {PaperKind.CLINICAL_RECORD: "clinical_record", PaperKind.APPLIANCE_PHOTO: "photo_with_appliance"}
    return OldBooking(
        state=facts.get("state", T.dispensable_state),
        kind=facts.get("type"),
        opened_on=facts.get("opened_on"),
        invoices=int(facts.get("invoices", 0)),
        papers=frozenset(kind for kind, name in papers.items() if facts.get(name)),
    )


def _ruled(ruling: Ruling, **more: Any) -> Answer:
    got = {"decision": _GATES[ruling.gate], "reasons": list(ruling.cites)} | more
    return Answer(got, [f"{ruling.gate}: {', '.join(ruling.cites)}"])


def _open_booking(facts: Facts) -> Answer:
    if _old(facts):
        return _ruled(T.old_opening(facts["date"], ends_on=facts.get("expected_end")))
    old_states = [facts["sar_booking_state"]] if facts.get("sar_booking_state") else []
    if facts.get("open_sar_booking_for_person"):
        old_states.append(T.dispensable_state)
    dental = facts.get("type") == "dental"
    ruling = T.new_opening(facts.get("date"), old_states=old_states, dental=dental)
    linked = T.cites["dental_previous"] in ruling.cites
    return _ruled(ruling, **({"linked_previous": True} if linked else {}))


def _after(ruling: Ruling, facts: Facts) -> Answer:
    before = facts.get("state", T.dispensable_state)
    return _ruled(ruling, state_after=before if ruling.shut else T.imported_state)


def _dispense(facts: Facts) -> Answer:
    return _after(T.dispensing(_booking(facts), old_system_on=facts.get("date") if _old(facts) else None), facts)


def _dispense_partial(facts: Facts) -> Answer:
    invoiced, planned = facts.get("invoiced_services", 0), facts.get("planned_services", 0)
    return _after(T.dispensing_in_part(_booking(facts), invoiced=invoiced, planned=planned), facts)


def _migrate(facts: Facts) -> Answer:
    ruling = T.takes_over(facts["state"])
    if ruling.shut:
        return _ruled(ruling, decision="SKIP_AND_REPORT")
    return _ruled(ruling, decision="IMPORT", state_after=facts["state"])


def _re_enter_stay(facts: Facts) -> Answer:
    ruling = T.stay_entered_anew(facts["invoice_date"])
    shares = frozen_shares(total_cents=facts["total_cents"], old_fund_share_cents=facts["sar_fund_quota_cents"])
    return _ruled(ruling, payable_cents=shares.fund_share_cents, member_share_cents=shares.member_share_cents)


def _first_credentials(facts: Facts) -> Answer:
    contact = ManagerContact(
        "", facts.get("email", "responsabile@example.org"), date.min, bool(facts.get("email_is_pec"))
    )
    choice = choose_manager([contact] * facts["managers"])
    names = {
        ManagerFault.MISSING: "no_manager",
        ManagerFault.SEVERAL: "several_managers",
        ManagerFault.CERTIFIED_MAIL: "no_certified_mail",
    }
    reasons = [T.cites["one_manager"], *(T.cites[names[fault]] for fault in choice.faults)]
    decision = "DENY_AND_REPORT" if choice.chosen is None else "ISSUE_TO_ONE_AND_REPORT" if choice.faults else "ALLOW"
    return Answer({"decision": decision, "reasons": reasons, "credentials_sent": int(choice.chosen is not None)})


def _create_user(facts: Facts) -> Answer:
    allowed = facts["actor"] in FACILITY_USER_KEEPERS
    return Answer({"decision": "ALLOW" if allowed else "DENY", "reasons": [T.cites["manager_creates"]]})


def _refused_or(check: Callable[[], None], allowed: dict[str, Any], cite: str) -> Answer:
    try:
        check()
    except DomainError as refused:
        return Answer({"decision": "DENY", "reasons": [T.cites[cite]]}, [refused.message])
    return Answer(allowed | {"reasons": [T.cites[cite]]})


def _company_name(facts: Facts) -> Answer:
    allowed = {"decision": "CREATE_NEW_POSITION", "old_position_kept": True}
    return _refused_or(lambda: check_name_change(active=facts["user_active_in_koperniko"]), allowed, "company_name")


def _review(facts: Facts) -> Answer:
    def check() -> None:
        check_reviewable(
            settled_cents=facts["settled_cents"],
            asked_cents=facts["asked_cents"],
            open_review=bool(facts.get("open_review")),
        )

    return _refused_or(check, {"decision": "ALLOW", "state_after": T.review_state}, "review")


def _statements(facts: Facts) -> Answer:
    owed = on_statement_cents(
        closed=facts["state"] == T.imported_state,
        paid=bool(facts.get("paid")),
        fund_share_cents=facts.get("fund_share_cents", 0),
    )
    reasons = [T.cites["statements"]]
    if owed is None:
        return Answer({"decision": "NOT_AVAILABLE", "reasons": reasons})
    return Answer({"decision": "IN_STATEMENT", "reasons": reasons, "payable_cents": owed})


def _integration(facts: Facts) -> Answer:
    allowed = may_ask_integration(facts["state"], {T.suspended_state})
    decision = "NOTIFY_IN_PORTAL" if allowed else "DENY"
    return Answer({"decision": decision, "reasons": [T.cites["integration"]], "state_after": facts["state"]})


_ACTIONS: Mapping[str, Callable[[Facts], Answer]] = {
    "open_booking": _open_booking,
    "dispense": _dispense,
    "dispense_partial": _dispense_partial,
    "login": lambda facts: _ruled(
        T.old_access(facts["date"]) if _old(facts) else T.new_opening(facts["date"], old_states=())
    ),
    "migrate": _migrate,
    "re_enter_stay": _re_enter_stay,
    "issue_first_credentials": _first_credentials,
    "create_user": _create_user,
    "change_company_name": _company_name,
    "list_statements": _statements,
    "request_integration": _integration,
    "ask_review": _review,
}
