"""The login role of a service: it owns its schema and reaches nothing else."""

import re

_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}")

_LOGIN = """
do $do$
begin
  for attempt in 1..100 loop
    begin
      if not exists (select from pg_roles where rolname = '{role}') then
        create role {role};
      end if;
      alter role {role} with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
        password {password};
      exit;
    exception when duplicate_object or unique_violation or internal_error then
      if attempt = 100 then raise; end if;
      perform pg_sleep(0.02);
    end;
  end loop;
end
$do$
""".strip()


def role_statements(role: str, password: str, schema: str, database: str) -> list[str]:
    """Return the SQL that gives a service its login role and the schema that this role owns.

    A superuser runs the statements inside `database`, as often as wanted: they change nothing the second time.
    Roles belong to the whole server, so two databases may be prepared at once: a collision on the role is retried.

    Raises:
        ValueError: a name is no plain lower-case identifier, or the password cannot be a literal.
    """
    for name in (role, schema, database):
        if not _IDENTIFIER.fullmatch(name):
            raise ValueError(f"{name!r} is no plain lower-case identifier")
    return [
        _LOGIN.format(role=role, password=_literal(password)),
        f"revoke all on database {database} from public",
        f"grant connect on database {database} to {role}",
        "revoke all on schema public from public",
        f"create schema if not exists {schema} authorization {role}",
        f"alter schema {schema} owner to {role}",
        f"revoke all on schema {schema} from public",
        f"alter default privileges for role {role} revoke execute on functions from public",
        f"alter role {role} in database {database} set search_path = {schema}",
    ]


def _literal(value: str) -> str:
    if "\0" in value or "\\" in value or "$do$" in value:
        raise ValueError("a password holds no NUL, no backslash and no dollar quote")
    return "'" + value.replace("'", "''") + "'"
