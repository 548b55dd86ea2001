"""The statements of an import: each works on all lines at once, so that a feed costs a dozen statements."""

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

_COLUMNS = """number, relation, first_name, last_name, fiscal_code, birth_date, category, employer, enrolled_on,
        hired_on, left_on, email, phone, language, disabled_104, fiscally_dependent, valid_from, valid_to,
        contributions_in_order"""

STAGE = text(
    f"""
    insert into claims.member_import_row (import_id, fund, line, faults, {_COLUMNS})
    select cast(:import_id as uuid), :fund, line, faults, {_COLUMNS}
    from jsonb_to_recordset(:rows) as r (
        line int, faults jsonb, number text, relation text, first_name text, last_name text, fiscal_code text,
        birth_date date, category text, employer text, enrolled_on date, hired_on date, left_on date, email text,
        phone text, language text, disabled_104 bool, fiscally_dependent bool, valid_from date, valid_to date,
        contributions_in_order bool)
    """  # noqa: S608 (a constant)
).bindparams(bindparam("rows", type_=JSONB))

ANALYZE = text("analyze claims.member_import_row")
ANALYZE_MEMBERS = text("analyze claims.member")
ANALYZE_PERSONS = text("analyze claims.person")

# Whose line it is: the member by number; a member's own person by relation, relatives by codice fiscale.
MATCH = text(
    """
    with own as (
        select r.line, m.member_id, p.person_id
        from claims.member_import_row r
        join claims.member m on m.number = r.number and m.fund = :fund
        left join claims.person p on p.member_id = m.member_id
             and case when r.relation = 'member' then p.relation = 'member' else p.fiscal_code = r.fiscal_code end
        where r.import_id = cast(:import_id as uuid)
    )
    update claims.member_import_row r set member_id = own.member_id, person_id = own.person_id
    from own where r.import_id = cast(:import_id as uuid) and r.line = own.line
    """
)


def _fault(field: str, rule: str, message: str, where: str) -> TextClause:
    """Add a fault to every line that a condition on r finds."""
    return text(
        f"""
        update claims.member_import_row r
        set faults = r.faults || jsonb_build_array(jsonb_build_object(
            'field', '{field}', 'rule', '{rule}', 'message', '{message}'))
        where r.import_id = cast(:import_id as uuid) and ({where})
        """  # noqa: S608 (constants of this file)
    )


_SAME_IMPORT = "o.import_id = r.import_id and o.line <> r.line"

_OTHER_SPOUSE_DECLARED = """
    exists (select from claims.member_import_row o where o.import_id = r.import_id and o.line <> r.line
            and o.number = r.number and o.relation = 'spouse' and o.valid_to is null)"""
_OTHER_SPOUSE_REGISTERED = """
    exists (select from claims.person p where p.member_id = r.member_id and p.relation = 'spouse'
            and p.valid_to is null and p.person_id is distinct from r.person_id and not exists (
                select from claims.member_import_row e where e.import_id = r.import_id and e.person_id = p.person_id
                and e.valid_to is not null))"""

CROSS_FAULTS = (
    _fault(
        "fiscal_code",
        "fiscal_code_repeated",
        "Two lines of this member have this codice fiscale.",
        f"exists (select from claims.member_import_row o where {_SAME_IMPORT} and o.number = r.number "
        "and o.fiscal_code = r.fiscal_code)",
    ),
    _fault(
        "number",
        "member_repeated",
        "Two lines declare the member of this number.",
        f"r.relation = 'member' and exists (select from claims.member_import_row o where {_SAME_IMPORT} "
        "and o.number = r.number and o.relation = 'member')",
    ),
    _fault(
        "number",
        "member_unknown",
        "No member with this number is registered or declared in the file.",
        "r.relation <> 'member' and r.member_id is null and not exists (select from claims.member_import_row o "
        f"where {_SAME_IMPORT} and o.number = r.number and o.relation = 'member')",
    ),
    _fault(
        "fiscal_code",
        "fiscal_code_taken",
        "Another member has this codice fiscale.",
        "r.relation = 'member' and exists (select from claims.person p where p.fund = r.fund "
        "and p.fiscal_code = r.fiscal_code and p.relation = 'member' and p.member_id is distinct from r.member_id)",
    ),
    _fault(
        "fiscal_code",
        "fiscal_code_of_two_members",
        "Two members of the file have this codice fiscale.",
        # Not correlated, so that it is computed once.
        "r.relation = 'member' and r.fiscal_code in (select o.fiscal_code from claims.member_import_row o "
        "where o.import_id = cast(:import_id as uuid) and o.relation = 'member' "
        "group by 1 having count(distinct o.number) > 1)",
    ),
    _fault(
        "relation",
        "relation_of_member",
        "This person is the member, or the member is registered as a relative of the same number.",
        "exists (select from claims.person p where p.member_id = r.member_id and p.fiscal_code = r.fiscal_code "
        "and (p.relation = 'member') <> (r.relation = 'member'))",
    ),
    _fault(
        "relation",
        "relation_repeated",
        "There is one spouse only.",
        f"r.relation = 'spouse' and r.valid_to is null and ({_OTHER_SPOUSE_DECLARED} or {_OTHER_SPOUSE_REGISTERED})",
    ),
    _fault(
        "email",
        "required",
        "A new member needs an e-mail address: the credentials go there.",
        "r.relation = 'member' and r.member_id is null and r.email is null",
    ),
)

# What each line does, against the register as it is; a field that a line leaves empty keeps what is registered.
JUDGE = text(
    """
    with seen as (
        select r.line, r.person_id is null as is_new,
               r.relation = 'member' and m.left_on is null and r.left_on is not null as leaves,
               (r.first_name, r.last_name, r.fiscal_code, r.birth_date, r.relation,
                coalesce(r.disabled_104, p.disabled_104), coalesce(r.fiscally_dependent, p.fiscally_dependent),
                coalesce(r.valid_from, p.valid_from), coalesce(r.valid_to, p.valid_to))
               is distinct from
               (p.first_name, p.last_name, p.fiscal_code, p.birth_date, p.relation,
                p.disabled_104, p.fiscally_dependent, p.valid_from, p.valid_to)
               or r.relation = 'member' and (r.category, coalesce(r.employer, m.employer), r.enrolled_on,
                coalesce(r.hired_on, m.hired_on), coalesce(r.left_on, m.left_on), coalesce(r.language, m.language),
                coalesce(r.contributions_in_order, m.contributions_in_order))
               is distinct from (m.category, m.employer, m.enrolled_on, m.hired_on, m.left_on, m.language,
                m.contributions_in_order) as facts,
               r.relation = 'member' and (coalesce(r.email, m.email), coalesce(r.phone, m.phone),
                coalesce(r.language, m.language), r.first_name, r.last_name)
               is distinct from (m.email, m.phone, m.language, p.first_name, p.last_name) as contact
        from claims.member_import_row r
        left join claims.member m on m.member_id = r.member_id
        left join claims.person p on p.person_id = r.person_id
        where r.import_id = cast(:import_id as uuid)
    )
    update claims.member_import_row r
    set contact_changed = seen.contact,
        action = case when r.faults <> '[]'::jsonb then 'fault' when seen.is_new then 'new'
                      when seen.leaves then 'leaver' when seen.facts or seen.contact then 'changed' else 'unchanged' end
    from seen where r.import_id = cast(:import_id as uuid) and r.line = seen.line
    """
)
COUNTS = text(
    "select action, count(*) as lines from claims.member_import_row "
    "where import_id = cast(:import_id as uuid) group by 1"
)

GIVE_IDS = (
    text(
        """
        update claims.member_import_row set member_id = gen_random_uuid()
        where import_id = cast(:import_id as uuid) and member_id is null and relation = 'member'
        """
    ),
    text(
        """
        update claims.member_import_row r set member_id = coalesce(r.member_id, o.member_id),
               person_id = coalesce(r.person_id, gen_random_uuid())
        from claims.member_import_row o
        where r.import_id = cast(:import_id as uuid) and o.import_id = r.import_id and o.number = r.number
          and (o.relation = 'member' and r.member_id is null or o.line = r.line and r.member_id is not null)
          and (r.member_id is null or r.person_id is null)
        """
    ),
)

# One version step for a member whatever number of the family's lines changed; contact has a version of its own.
PUT_MEMBERS = text(
    """
    with touched as (
        select member_id, bool_or(contact_changed) as contact from claims.member_import_row
        where import_id = cast(:import_id as uuid) and action <> 'unchanged' group by 1
    ), known as (
        update claims.member m
        set category = coalesce(r.category, m.category), employer = coalesce(r.employer, m.employer),
            enrolled_on = coalesce(r.enrolled_on, m.enrolled_on), hired_on = coalesce(r.hired_on, m.hired_on),
            left_on = coalesce(r.left_on, m.left_on), language = coalesce(r.language, m.language),
            contributions_in_order = coalesce(r.contributions_in_order, m.contributions_in_order),
            email = coalesce(r.email, m.email), phone = coalesce(r.phone, m.phone),
            version = m.version + 1, contact_version = m.contact_version + t.contact::int
        from touched t left join claims.member_import_row r
             on r.import_id = cast(:import_id as uuid) and r.member_id = t.member_id and r.relation = 'member'
        where m.member_id = t.member_id
    )
    insert into claims.member (member_id, fund, number, category, employer, enrolled_on, hired_on, left_on, language,
                               email, phone, contributions_in_order, version, contact_version)
    select r.member_id, r.fund, r.number, r.category, r.employer, r.enrolled_on, r.hired_on, r.left_on,
           coalesce(r.language, 'it'), r.email, r.phone, coalesce(r.contributions_in_order, true), 1, 1
    from claims.member_import_row r
    where r.import_id = cast(:import_id as uuid) and r.relation = 'member' and r.action = 'new'
    """
)
# Two statements: an insert that looks into the table it fills walks through its own new rows, again for every line.
CHANGE_PERSONS = text(
    """
    update claims.person p
    set relation = r.relation, first_name = r.first_name, last_name = r.last_name, fiscal_code = r.fiscal_code,
        birth_date = r.birth_date, disabled_104 = coalesce(r.disabled_104, p.disabled_104),
        fiscally_dependent = coalesce(r.fiscally_dependent, p.fiscally_dependent),
        valid_from = coalesce(r.valid_from, p.valid_from), valid_to = coalesce(r.valid_to, p.valid_to)
    from claims.member_import_row r
    where r.import_id = cast(:import_id as uuid) and r.action in ('changed', 'leaver') and p.person_id = r.person_id
    """
)
ADD_PERSONS = text(
    """
    insert into claims.person (person_id, fund, member_id, relation, first_name, last_name, fiscal_code, birth_date,
                               disabled_104, fiscally_dependent, valid_from, valid_to)
    select r.person_id, r.fund, r.member_id, r.relation, r.first_name, r.last_name, r.fiscal_code, r.birth_date,
           coalesce(r.disabled_104, false), r.fiscally_dependent,
           coalesce(r.valid_from, greatest(m.enrolled_on, r.birth_date)), r.valid_to
    from claims.member_import_row r join claims.member m on m.member_id = r.member_id
    where r.import_id = cast(:import_id as uuid) and r.action = 'new'
    """
)

_PUBLISH = """
    insert into claims.outbox (id, type, source, subject, "time", fund, traceparent, data)
    select gen_random_uuid(), '{type}', 'claims', m.member_id::text, :now, m.fund, :traceparent, {data}
    from (select member_id, bool_or(contact_changed) as contact from claims.member_import_row
          where import_id = cast(:import_id as uuid) and action <> 'unchanged' group by 1) t
    join claims.member m using (member_id) join claims.person o on o.member_id = m.member_id and o.relation = 'member'
    where {where}
"""
PUBLISH_MEMBERS = text(
    _PUBLISH.format(
        type="claims.member_changed.v1",
        where="true",
        data="""jsonb_build_object(
            'member_id', m.member_id, 'version', m.version, 'number', m.number, 'first_name', o.first_name,
            'last_name', o.last_name, 'fiscal_code', o.fiscal_code, 'birth_date', o.birth_date,
            'category', m.category, 'employer', m.employer, 'enrolled_on', m.enrolled_on, 'hired_on', m.hired_on,
            'left_on', m.left_on, 'language', m.language, 'retired_on', m.retired_on, 'confirmed_on', m.confirmed_on,
            'contributions_in_order', m.contributions_in_order,
            'persons', (select jsonb_agg(to_jsonb(p) - 'fund' - 'member_id' order by p.birth_date, p.fiscal_code)
                        from claims.person p where p.member_id = m.member_id))""",
    )
)
PUBLISH_CONTACTS = text(
    _PUBLISH.format(
        type="claims.contact_changed.v1",
        where="t.contact",
        data="""jsonb_build_object(
            'member_id', m.member_id, 'version', m.contact_version, 'first_name', o.first_name,
            'last_name', o.last_name, 'email', m.email, 'phone', m.phone, 'language', m.language)""",
    )
)
AUDIT = text(
    """
    insert into claims.audit_entry (fund, "at", actor, action, entity, entity_id, request_id, traceparent, details)
    select distinct fund, cast(:now as timestamptz), :actor, 'member_imported', 'member', member_id::text, :request_id,
           :traceparent, jsonb_build_object('import_id', cast(:import_id as text))
    from claims.member_import_row where import_id = cast(:import_id as uuid) and action <> 'unchanged'
    """
)
REPORT = text(
    """
    insert into claims.member_import_line (import_id, line, fund, number, action, faults)
    select import_id, line, fund, number, action, faults from claims.member_import_row
    where import_id = cast(:import_id as uuid)
    """
)
CLEAR = text("delete from claims.member_import_row where import_id = cast(:import_id as uuid)")
