"""Which documents may be due for erasure, and what rests on one."""

from sqlalchemy import text

# A few days too wide on purpose (a year counts 365 days here): the domain decides under a lock. The position makes
# pages, so that a document that stays is not met twice in one run.
ERASURE_CANDIDATES = text(
    """
    select d.document_id from claims.document d
    where d.fund = :fund and d.state <> 'erased' and d.hold_reason is null and d.document_id > :after
      and d.uploaded_at < case d.state when 'refused' then cast(:refused_before as timestamptz)
                                       else cast(:unused_before as timestamptz) end
      and not exists (
        select 1 from claims.claim_document cd join claims.claim c using (claim_id)
        where cd.document_id = d.document_id and c.state <> 'draft' and (c.state <> all(:final) or exists (
          select 1 from claims.claim_state_change s
          where s.claim_id = c.claim_id
            and s.at > coalesce(cast(cast(:used_before as jsonb) ->> d.kind as timestamptz),
                                cast(:all_used_before as timestamptz)))))
    order by d.document_id limit :limit
    """
)

USE_OF_DOCUMENT = text(
    """
    select count(*) > 0 as sent, bool_and(c.state = any(:final)) as closed,
           max((select max(s.at) from claims.claim_state_change s where s.claim_id = c.claim_id)) as last_step_at
    from claims.claim_document cd join claims.claim c using (claim_id)
    where cd.document_id = :document_id and c.state <> 'draft'
    """
)
