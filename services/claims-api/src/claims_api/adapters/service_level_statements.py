"""How long claims take, from the raw timestamps of their history."""

from sqlalchemy import DateTime, bindparam, text

# One pass over the cases sent in the period; every step keeps its own pairs of times. Paper counts from its turn.
SERVICE_LEVELS = text(
    """
    with sent as (
        select c.claim_id, coalesce(k.released_at, k.submitted_at) as submitted_at
        from claims.claim_case k join claims.claim c using (case_id)
        where k.submitted_at >= :since and k.submitted_at < :until
    ), first_step as (
        select s.claim_id, s.submitted_at, h.to_state, min(h.at) as at
        from sent s join claims.claim_state_change h using (claim_id)
        where h.to_state in ('settled', 'paid') group by 1, 2, 3
    ), taken (step, seconds) as (
        select 'rules_decision', extract(epoch from min(d.received_at) - s.submitted_at)
        from sent s join claims.claim_decision d using (claim_id) group by s.claim_id, s.submitted_at
        union all
        select 'person_decision', extract(epoch from w.closed_at - w.opened_at)
        from sent s join claims.work_item w using (claim_id)
        where w.closed_at is not null and w.kind in ('review', 'confirmation')
        union all
        select to_state, extract(epoch from at - submitted_at) from first_step
    )
    select step.name as step, count(seconds) as count,
           (percentile_disc(0.5) within group (order by seconds))::float8 as p50_seconds,
           (percentile_disc(0.9) within group (order by seconds))::float8 as p90_seconds,
           (percentile_disc(0.99) within group (order by seconds))::float8 as p99_seconds
    from (values (1, 'rules_decision'), (2, 'person_decision'), (3, 'settled'), (4, 'paid')) as step (place, name)
    left join taken on taken.step = step.name
    group by step.place, step.name order by step.place
    """
).bindparams(
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("until", type_=DateTime(timezone=True)),
)
