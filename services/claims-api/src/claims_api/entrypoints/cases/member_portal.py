"""FNM-ONECARE: sending requests, "Le tue pratiche", profile, credentials, diary.

It translates words and decides nothing: every answer comes from the intake's bodies and the domain.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from claims_api.adapters.fund_terms_file import terms_of
from claims_api.domain.adjudication import settle_if_decided
from claims_api.domain.case import Case as ClaimCase
from claims_api.domain.case import Channel, Claim
from claims_api.domain.case_check import Severity, findings
from claims_api.domain.claim_states import LABELS_IT, ClaimState, case_label_it
from claims_api.domain.document_kinds import DocumentKind
from claims_api.domain.errors import (
    ConsentsMissing,
    DataNotEditable,
    FunctionNotAvailable,
    InvalidExpense,
    InvalidMember,
)
from claims_api.domain.expense import AttachedDocument, Expense, check_expense
from claims_api.domain.member import Category, Contact, Language, Member, Person, Relation
from claims_api.domain.plan import Branch
from claims_api.domain.practice_row import RowSearch, conditions
from claims_api.domain.profile import refuse_edit, refuse_function
from claims_api.domain.registration import MemberRecord, check_record
from claims_api.domain.submission import Consent, check_consents, submit
from claims_api.entrypoints.http.case_schemas import ClaimBody
from kit.cases import Answer, Case, Plan
from kit.ids import new_id
from kit.problem import pointer_of

Json = Mapping[str, Any]
TERMS = terms_of("fnm")
_SOMEBODY = new_id()
_NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)


def _answer(decision: str, reasons: Iterable[str], explanation: Sequence[str] = (), **more: Any) -> Answer:
    return Answer({"decision": decision, "reasons": list(dict.fromkeys(reasons)), **more}, explanation)


def _entry(given: Json, fields: Json) -> tuple[Expense | None, list[tuple[str, str]]]:
    """Read one request as the intake does; return it, or each fault's pointer and words."""
    branch = Branch.NON_HEALTH if given.get("type", "health") == "non_health" else Branch.HEALTH
    body = {
        "person_id": str(_SOMEBODY),
        "article": "guida",
        "document_number": fields.get("document_number"),
        "document_date": fields.get("date"),
        "amount_cents": fields.get("amount_cents"),
        "provider": {"vat_number": fields.get("vat_or_tax_code")},
    }
    try:
        expense = replace(ClaimBody.model_validate(body).expense(), branch=branch)
        check_expense(expense, today=_day(given.get("today")) or expense.document_date)
    except ValidationError as error:
        return None, [(pointer_of(one["loc"]), one["msg"]) for one in error.errors()]
    except InvalidExpense as error:
        return None, [(one.pointer, one.message) for one in error.errors]
    return expense, []


def _faulty(given: Json, faults: list[tuple[str, str]]) -> Answer:
    compulsory = "ONE-CLM-05" if given.get("type") == "non_health" else "ONE-CLM-03"
    reasons = ["ONE-CLM-04" if pointer == "/provider/vat_number" else compulsory for pointer, _ in faults]
    told = [f"{pointer}: {words}" for pointer, words in faults]
    return _answer("DENY", reasons, state_after=LABELS_IT[ClaimState.DRAFT], explanation=told)


def _case(claims: list[Claim]) -> ClaimCase:
    return ClaimCase(new_id(), "", _SOMEBODY, Channel.PORTAL, _NOON, claims=claims)


def _claim(expense: Expense, documents: int = 1, state: ClaimState = ClaimState.DRAFT) -> Claim:
    attached = [AttachedDocument(new_id(), DocumentKind.INVOICE) for _ in range(documents)]
    return Claim(new_id(), expense, attached, state=state)


def _requests(given: Json) -> list[Json]:
    return list(given.get("requests") or [given.get("fields") or {}])


def _read_entries(given: Json) -> tuple[list[Claim], list[tuple[str, str]]]:
    claims, faults = [], []
    for fields in _requests(given):
        expense, wrong = _entry(given, fields)
        faults.extend(wrong)
        if expense is not None:
            claims.append(_claim(expense, int(given.get("documents", 1))))
    return claims, faults


def confirm_entry(given: Json, _request: Json) -> Answer:
    _, faults = _read_entries(given)
    if faults:
        return _faulty(given, faults)
    return _answer("ALLOW", ["ONE-CLM-08", *_entry_reasons(given)], state_after=LABELS_IT[ClaimState.DRAFT])


def _entry_reasons(given: Json) -> list[str]:
    if given.get("type") == "non_health":
        return ["ONE-CLM-02", "ONE-CLM-05", "ONE-CLM-06"]
    return ["ONE-CLM-02", "ONE-CLM-03", "ONE-CLM-04", "ONE-CLM-06"]


def send_request(given: Json, _request: Json) -> Answer:
    flags = dict(zip(Consent, given.get("flags", ()), strict=False))
    try:
        check_consents(flags)
    except ConsentsMissing as error:
        told = [one.message for one in error.errors]
        return _answer("DENY", ["ONE-CLM-09"], state_after=LABELS_IT[ClaimState.DRAFT], explanation=told)
    claims, faults = _read_entries(given)
    if faults:
        return _faulty(given, faults)
    case = _case(claims)
    found = list(findings(case, _member(Category.EMPLOYEE), plans=(), similar={}, terms=TERMS, today=_NOON.date()))
    submit(case, now=_NOON, today=_NOON.date(), actor="member")
    of_finding = {
        "one_claim_per_case": "ONE-CLM-11",
        "no_documents": "ONE-CLM-06",
        "document_usually_needed": "ONE-CLM-07",
    }
    warned = [of_finding[one.code] for one in found if one.severity is Severity.WARNING]
    return _answer(
        "ALLOW_WITH_WARNING" if warned else "ALLOW",
        [*warned, *_entry_reasons(given), "ONE-CLM-09", "ONE-CLM-10", "ONE-MYC-03"],
        state_after=case_label_it(claim.state for claim in case.claims),
        explanation=[one.text_en for one in found],
    )


_DECIDED = {"COMPLETA": ClaimState.APPROVED, **{label: state for state, label in LABELS_IT.items()}}


def pay_case(given: Json, _request: Json) -> Answer:
    claims = []
    for one in given["requests"]:
        expense, _ = _entry({}, {"document_number": "1", "date": "2000-01-01", "amount_cents": one["amount_cents"]})
        if expense is None:
            raise ValueError("a request without an amount")
        claim = _claim(expense, state=_DECIDED[one["state"]])
        claim.payable_cents, claim.decision_id = one["amount_cents"], new_id()
        claims.append(claim)
    case = _case(claims)
    paid = settle_if_decided(case, now=_NOON, today=_NOON.date(), actor="fund")
    decision = "PAY" if paid else "DENY" if case.decided else "HOLD"
    label = case_label_it(claim.state for claim in case.claims)
    return _answer(decision, ["ONE-CLM-12"], payable_cents=sum(one.payable_cents for one in paid), state_after=label)


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ge": operator.ge,
    "le": operator.le,
    "holds": lambda text, part: part.casefold() in text.casefold(),
}
_ROW_WORDS = {"requested_on": "request_date", "document_date": "invoice_date", "person_id": "person"}


def search(given: Json, request: Json) -> Answer:
    wanted = RowSearch(
        state=request.get("state"),
        person_id=request.get("person"),
        name=request.get("name") or request.get("beneficiary"),
        requested_from=_day(request.get("requested_from")),
        requested_to=_day(request.get("requested_to")),
        document_from=_day(request.get("invoice_from")),
        document_to=_day(request.get("invoice_to")),
    )
    rows = [row for row in given["rows"] if all(_holds(row, one) for one in conditions(wanted))]
    return _answer(
        "ROWS",
        ["ONE-MYC-01", "ONE-MYC-02"],
        row_count=len(rows),
        total_requested_cents=sum(row["requested_cents"] for row in rows),
        total_settled_cents=sum(row["settled_cents"] for row in rows),
    )


def _holds(row: Json, condition: Any) -> bool:
    value = row[_ROW_WORDS.get(condition.column, condition.column)]
    if isinstance(condition.value, date):
        value = date.fromisoformat(value)
    return _COMPARE[condition.comparison](value, condition.value)


def send_credentials(given: Json, _request: Json) -> Answer:
    record = MemberRecord(
        member_id=None,
        category=Category.EMPLOYEE,
        employer=None,
        enrolled_on=_NOON.date(),
        hired_on=None,
        left_on=None,
        language=Language.ITALIAN,
        contact=Contact(given.get("email") or "", None),
        persons=(),
    )
    try:
        check_record(record, today=_NOON.date())
    except InvalidMember as error:
        return _answer("DENY_AND_REPORT", ["ONE-LOG-02"], explanation=[one.message for one in error.errors])
    return _answer("ALLOW", ["ONE-LOG-02"], mails=1)


def edit_profile(given: Json, _request: Json) -> Answer:
    category = Category(given["member_kind"])
    reason = {Category.EMPLOYEE: "ONE-PRO-02", Category.PENSIONER: "ONE-PRO-03"}[category]
    try:
        refuse_edit(category, TERMS.data_changes)
    except DataNotEditable as error:
        return _answer("DENY", [reason], redirect_to=error.data["redirect_to"], explanation=[error.message])
    raise AssertionError("unreachable")


def open_diary(_given: Json, _request: Json) -> Answer:
    try:
        refuse_function("diary", TERMS.unavailable_functions)
    except FunctionNotAvailable as error:
        return _answer("NOT_AVAILABLE", ["ONE-DIA-01"], explanation=[error.message])
    raise AssertionError("unreachable")


ACTIONS: Mapping[str, Callable[[Json, Json], Answer]] = {
    one.__name__: one
    for one in (confirm_entry, send_request, pay_case, search, send_credentials, edit_profile, open_diary)
}


def member_portal(case: Case, _plans: Sequence[Plan]) -> Answer | None:
    """Answer a case of the member portal; none where it is about direct services, which are booking-api's."""
    action = ACTIONS.get(str(case["request"].get("action")))
    return action(case.get("given", {}), case["request"]) if action else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _member(category: Category) -> Member:
    day = _NOON.date()
    own = Person(_SOMEBODY, Relation.MEMBER, "", "", "", day, False, None, day, None)  # noqa: FBT003 (a row of facts)
    return Member(
        member_id=UUID(int=0),
        number="",
        category=category,
        employer=None,
        enrolled_on=day,
        hired_on=None,
        left_on=None,
        language=Language.ITALIAN,
        contact=Contact("", None),
        persons=(own,),
        bank_account=None,
        version=0,
        contact_version=0,
    )
