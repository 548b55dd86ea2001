"""Look into a family's wallet of papers."""

from claims_api.domain.fund_terms import FundTerms
from claims_api.domain.member import Member
from claims_api.domain.paper import Paper, wallet
from claims_api.use_cases.ports import Tx


async def papers_of(tx: Tx, member: Member, terms: FundTerms, *, article: str | None = None) -> list[Paper]:
    """Return the papers that the family has given; for an article, with its own term.

    An article without reusable papers needs no look.
    """
    if article is not None and all(rule.article != article for rule in terms.papers):
        return []
    births = {person.person_id: person.birth_date for person in member.persons}
    return wallet(await tx.documents.given(member.member_id), terms.papers, births, article=article)
