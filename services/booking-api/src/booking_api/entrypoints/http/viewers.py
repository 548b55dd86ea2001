"""Through whose eyes a caller reads bookings."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from booking_api.domain.viewer import Viewer
from kit.auth import Access, Caller
from kit.errors import NotAllowed

STAFF = ("operator", "medical_consultant", "fund_admin")

MemberOrOperator = Annotated[Caller, Depends(Access("member", "operator", own="member"))]
Anybody = Annotated[Caller, Depends(Access("member", "facility", *STAFF, own="member"))]
FacilityDesk = Annotated[Caller, Depends(Access("facility", own="facility"))]
Operator = Annotated[Caller, Depends(Access("operator"))]
FacilityOrStaff = Annotated[Caller, Depends(Access("facility", *STAFF, own="facility"))]
SlotKeeper = Annotated[Caller, Depends(Access("facility", "operator", "fund_admin", own="facility"))]
NetworkOffice = Annotated[Caller, Depends(Access("fund_admin", "operator"))]


def facility_of(caller: Caller) -> UUID:
    """Return the facility that a caller of the facility's desk stands for.

    Raises: NotAllowed for a token that names none.
    """
    if caller.owner_facility_id is None:
        raise NotAllowed("the token must stand for one facility")
    return caller.owner_facility_id


def viewer_of(caller: Caller) -> Viewer:
    """Return what a caller may see: everything for staff, else only the own rows.

    Raises: NotAllowed for a token that is both member and facility, where "own" has two meanings.
    """
    if caller.roles & set(STAFF):
        return Viewer()
    if (caller.owner_member_id is None) == (caller.owner_facility_id is None):
        raise NotAllowed("the token must stand for one member or one facility")
    return Viewer(member_id=caller.owner_member_id, facility_id=caller.owner_facility_id)
