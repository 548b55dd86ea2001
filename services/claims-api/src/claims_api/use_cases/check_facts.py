"""Check what a member or the desk declares of an expense."""

from dataclasses import replace

from claims_api.domain.errors import InvalidExpense, PersonNotFound, PlanUnknown, UnknownArticle
from claims_api.domain.expense import Expense, check_expense
from claims_api.domain.member import Member, Person
from claims_api.domain.plan import PlanArticle
from claims_api.use_cases.ports import Tx
from kit.clock import rome_date
from kit.errors import FieldError


async def checked_expense(tx: Tx, member: Member, expense: Expense) -> tuple[Expense, Person]:
    """Return the expense with what its article gives it, and its person.

    Raises: InvalidExpense, UnknownArticle, PlanUnknown, PersonNotFound.
    """
    article = await _article(tx, expense)
    checked = replace(expense, branch=article.branch, service=expense.service or article.title_it or expense.article)
    check_expense(checked, today=rome_date(tx.now))
    return checked, _beneficiary(member, checked)


def _beneficiary(member: Member, expense: Expense) -> Person:
    person = member.person(expense.person_id)
    if person is None:
        fault = FieldError("/person_id", "person_not_found", "The person does not belong to this member.")
        raise PersonNotFound("The person does not belong to this member.", errors=[fault])
    if not person.covered_on(expense.document_date):
        message = "The person was not registered in the family on the day of the expense (1.2)."
        raise InvalidExpense(message, errors=[FieldError("/person_id", "1.2", message)])
    return person


async def _article(tx: Tx, expense: Expense) -> PlanArticle:
    plans = await tx.plans.all()
    if not plans:
        raise PlanUnknown("The fund's plan is not published yet: try again later.")
    known: dict[str, PlanArticle] = {}
    for plan in plans:
        if plan.in_force_on(expense.document_date):
            known |= plan.articles
    asked = [("/article", expense.article)]
    asked += [(f"/items/{i}/article", item.article) for i, item in enumerate(expense.items) if item.article]
    message = "The plan in force on the day of the expense has no such article."
    faults = [FieldError(pointer, "unknown_article", message) for pointer, article in asked if article not in known]
    if faults:
        raise UnknownArticle(message, errors=faults)
    return known[expense.article]
