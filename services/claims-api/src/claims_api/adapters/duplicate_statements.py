"""Papers that resemble those of a case: the same member's claims and direct services."""

from sqlalchemy import Uuid, bindparam, text

# The index claim_by_member keeps this to one member's papers; 24 months is what the desk compares.
RESEMBLING = text(
    """
    with own as (
        select * from claims.claim where case_id = :case_id and state <> 'withdrawn'
    ), found as (
        select o.claim_id, 'claim' as kind, c.claim_id as other_id, k.number as case_number,
               c.document_number, c.document_date, c.amount_cents, c.currency, c.state,
               c.document_number_key = o.document_number_key as same_number,
               c.provider_key <> '' and c.provider_key = o.provider_key as same_provider,
               c.document_date = o.document_date as same_date,
               c.amount_cents = o.amount_cents and c.currency = o.currency as same_amount,
               c.person_id = o.person_id as same_person
        from own o join claims.claim c on c.member_id = o.member_id and c.case_id <> o.case_id
        join claims.claim_case k on k.case_id = c.case_id
        where c.state <> 'withdrawn' and c.document_date between o.document_date - 730 and o.document_date + 730
        union all
        select o.claim_id, 'booking', d.booking_id, d.code, d.invoice_number_key,
               coalesce(d.invoice_date, d.service_on), d.price_cents, 'EUR', d.state,
               d.invoice_number_key = o.document_number_key,
               d.provider_key <> '' and d.provider_key = o.provider_key,
               coalesce(d.invoice_date, d.service_on) = o.document_date,
               d.price_cents = o.amount_cents and o.currency = 'EUR',
               d.person_id = o.person_id
        from own o join claims.direct_service d on d.member_id = o.member_id
        where d.state not in ('refused_direct', 'cancelled_direct')
    )
    select * from found
    where same_number or (same_date and same_amount) or (same_provider and same_date)
    order by claim_id, same_number desc nulls last, other_id
    limit 200
    """
).bindparams(bindparam("case_id", type_=Uuid))
