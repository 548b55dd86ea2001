"""The roles of Mutua and who may hold or grant them."""

from kit.auth import ROLES
from kit.certified_mail import is_certified_mail
from kit.errors import FieldError

# A role of the platform, above the single fund: only who holds it may pass it on.
PLATFORM_ROLES = frozenset({"ops"})
# A member and the one who is responsible for a facility are persons: no machine acts as one.
PERSON_ROLES = frozenset({"member", "facility_admin"})


def role_errors(roles: list[str], *, granted_by: frozenset[str], machine: bool = False) -> list[FieldError]:
    """Name every role that does not exist or may not be given here."""
    errors = []
    for index, role in enumerate(roles):
        pointer = f"/roles/{index}"
        if role not in ROLES:
            known = ", ".join(sorted(ROLES))
            errors.append(FieldError(pointer, "unknown_role", f"{role!r} is none of: {known}"))
        elif role in PLATFORM_ROLES - granted_by:
            errors.append(FieldError(pointer, "not_grantable", f"only who holds {role!r} may grant it"))
        elif machine and role in PERSON_ROLES:
            errors.append(FieldError(pointer, "person_only", f"a machine client cannot be {role!r}"))
    return errors


def owner_errors(roles: list[str], *, member_id: object, facility_id: object) -> list[FieldError]:
    """Name the missing id of a role that sees only its own rows."""
    errors = []
    if "member" in roles and member_id is None:
        errors.append(FieldError("/member_id", "required_for_role", "the role 'member' needs a member_id"))
    if "facility" in roles and facility_id is None:
        errors.append(FieldError("/facility_id", "required_for_role", "the role 'facility' needs a facility_id"))
    if "facility_admin" in roles and "facility" not in roles:
        message = "the role 'facility_admin' comes with 'facility'"
        errors.append(FieldError("/roles", "required_for_role", message))
    return errors


def mail_errors(roles: list[str], email: str) -> list[FieldError]:
    """Refuse certified mail for those who are invited by e-mail (KOP-CRD-04)."""
    if not {"facility", "facility_admin"}.intersection(roles) or not is_certified_mail(email):
        return []
    return [FieldError("/email", "certified_mail", "certified mail (PEC) cannot take an invitation: give another one")]
