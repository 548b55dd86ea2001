from uuid import uuid4

from identity_svc.roles import owner_errors, role_errors

FUND_ADMIN = frozenset({"fund_admin"})


def rules(errors: list) -> list[tuple[str, str]]:
    return [(error.pointer, error.rule) for error in errors]


def test_known_roles_pass():
    assert role_errors(["member", "operator"], granted_by=FUND_ADMIN) == []


def test_an_unknown_role_is_named():
    assert rules(role_errors(["operator", "boss"], granted_by=FUND_ADMIN)) == [("/roles/1", "unknown_role")]


def test_ops_is_passed_on_only_by_who_holds_it():
    assert rules(role_errors(["ops"], granted_by=FUND_ADMIN)) == [("/roles/0", "not_grantable")]
    assert role_errors(["ops"], granted_by=FUND_ADMIN | {"ops"}) == []


def test_a_machine_is_no_member():
    assert rules(role_errors(["member"], granted_by=FUND_ADMIN, machine=True)) == [("/roles/0", "person_only")]


def test_who_sees_only_its_own_rows_must_say_whose():
    assert rules(owner_errors(["member", "facility"], member_id=None, facility_id=None)) == [
        ("/member_id", "required_for_role"),
        ("/facility_id", "required_for_role"),
    ]
    assert owner_errors(["member", "facility"], member_id=uuid4(), facility_id=uuid4()) == []
