"""What a member's sent claims rest on."""

from sqlalchemy import text

GIVEN_PAPERS = text(
    """
    select d.document_id, d.kind, c.person_id, c.article, c.document_date as expense_date,
           c.extra ->> 'prescription_date' as issued, c.received_on as given_on, c.state = 'rejected' as rejected
    from claims.claim c join claims.claim_document cd using (claim_id) join claims.document d using (document_id)
    where c.member_id = :member_id and c.state not in ('draft', 'withdrawn') and d.state = 'ready'
    order by c.received_on, c.claim_id, d.document_id
    """
)
