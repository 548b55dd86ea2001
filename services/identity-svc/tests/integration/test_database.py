import psycopg
import pytest
from identity_service import Service
from psycopg import errors


def as_role(service: Service, fund: str = "*") -> psycopg.Connection:
    return psycopg.connect(service.dsn, options=f"-c search_path=identity -c app.fund={fund}")


def test_the_role_creates_nothing_in_public(service: Service):
    with as_role(service) as conn, pytest.raises(errors.InsufficientPrivilege):
        conn.execute("create table public.intruder (id int)")
    assert service.rows("select tablename from pg_tables where schemaname = 'public'") == []


def test_another_funds_rows_are_out_of_reach(service: Service):
    with as_role(service, fund="third") as conn:
        for table in ("login_user", "machine_client", "audit_entry"):
            assert conn.execute(f"select count(*) from {table}").fetchone() == (0,)
        with pytest.raises(errors.InsufficientPrivilege):
            conn.execute("insert into machine_client (client_id, fund, roles) values ('mutua-spa', 'fnm', '{ops}')")


def test_without_a_fund_nothing_is_seen(service: Service):
    with psycopg.connect(service.dsn) as conn:
        assert conn.execute("select count(*) from login_user").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement", ["update audit_entry set actor = 'x'", "delete from audit_entry", "truncate audit_entry"]
)
def test_the_audit_is_append_only(service: Service, person: object, statement: str):
    with as_role(service) as conn, pytest.raises(errors.RestrictViolation):
        conn.execute(statement)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("roles = '{boss}'", "user_roles_are_known"),
        ("roles = '{facility}', facility_id = null", "facility_user_names_facility"),
        ("roles = '{member}', member_id = null", "member_user_names_member"),
        ("username = 'Admin'", "username_is_lower_case"),
        ("email = 'mario.rossi@example.org'", "email_is_unique"),
    ],
)
def test_the_database_refuses_what_must_not_be(service: Service, change: str, constraint: str):
    with as_role(service) as conn, pytest.raises(errors.IntegrityError, match=constraint):
        conn.execute(f"update login_user set {change} where username = 'admin'")


def test_models_and_migrations_agree(service: Service):
    with as_role(service) as conn:
        before = conn.execute("select count(*) from django_migrations").fetchone()
    assert service.run("migrate").returncode == 0
    done = service.manage("makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout
    with as_role(service) as conn:
        assert conn.execute("select count(*) from django_migrations").fetchone() == before


def test_a_schema_that_is_missing_is_named(service: Service):
    environment = service.environment | {"DATABASE_SCHEMA": "nowhere"}
    done = Service(service.url, environment, service.dsn, service.admin_dsn, service.log).run("migrate")
    assert done.returncode == 1
    assert "schema" in done.stderr


def test_seeding_twice_changes_nothing(service: Service):
    people = "select id, username, password, roles, member_id from login_user order by id"
    clients = "select id, secret from allauth_idp_oidc_client order by id"
    machines = "select * from machine_client order by client_id"
    tables = (people, clients, machines)
    before = [service.rows(table) for table in tables]
    assert service.run("seed").returncode == 0
    assert [service.rows(table) for table in tables] == before


def test_a_missing_password_is_named(service: Service):
    environment = {k: v for k, v in service.environment.items() if k != "DEMO_PASSWORD_MARIO_ROSSI"}
    done = Service(service.url, environment, service.dsn, service.admin_dsn, service.log).run("seed")
    assert done.returncode == 1
    assert "DEMO_PASSWORD_MARIO_ROSSI" in done.stderr


def test_the_signing_key_is_made_once_and_for_its_owner_only(service: Service, tmp_path):
    path = tmp_path / "keys" / "signing.pem"
    assert service.run("keys", str(path)).returncode == 0
    first = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert service.run("keys", str(path)).returncode == 0
    assert path.read_bytes() == first
    assert [one.name for one in path.parent.iterdir()] == ["signing.pem"]
