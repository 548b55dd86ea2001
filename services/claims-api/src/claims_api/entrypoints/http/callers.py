"""The access policies of this service's routes, by name."""

from typing import Annotated

from fastapi import Depends

from kit.auth import Access, Caller

Member = Annotated[Caller, Depends(Access("member", own="member"))]
Applicant = Annotated[Caller, Depends(Access("member", "operator", own="member"))]
Reader = Annotated[Caller, Depends(Access("member", "operator", "medical_consultant", "board", own="member"))]
Office = Annotated[Caller, Depends(Access("fund_admin", "operator"))]
Desk = Annotated[Caller, Depends(Access("member", "operator", "fund_admin", own="member"))]
Decider = Annotated[Caller, Depends(Access("operator", "medical_consultant", "board"))]
