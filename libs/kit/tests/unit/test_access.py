from uuid import uuid4

import pytest
from fastapi import FastAPI, HTTPException, Request

from kit.auth import Access, Caller
from kit.testing.tokens import TokenFactory

MEMBER, FACILITY = uuid4(), uuid4()
POLICY = Access("member", "facility", "operator", own="member")


async def call(tokens: TokenFactory, *roles: str, with_ids: bool = True) -> Caller:
    app = FastAPI()
    app.state.verifier = tokens.verifier
    ids = {"member_id": MEMBER, "facility_id": FACILITY} if with_ids else {}
    token = tokens.token(roles=list(roles), **ids)
    headers = [(b"authorization", f"Bearer {token}".encode())]
    return await POLICY(Request({"type": "http", "headers": headers, "app": app}))


@pytest.mark.parametrize(
    ("roles", "owners"),
    [
        (("member",), (MEMBER, None)),
        (("facility",), (None, FACILITY)),
        (("member", "facility"), (MEMBER, FACILITY)),
        (("operator",), (None, None)),
        (("member", "operator"), (None, None)),
        (("member", "board"), (MEMBER, None)),
    ],
)
async def test_who_holds_no_staff_role_sees_only_their_own(tokens: TokenFactory, roles, owners) -> None:
    caller = await call(tokens, *roles)
    assert (caller.owner_member_id, caller.owner_facility_id) == owners


@pytest.mark.parametrize("roles", [("member",), ("facility",), ("member", "facility")])
async def test_an_outsider_without_an_id_is_refused(tokens: TokenFactory, roles) -> None:
    with pytest.raises(HTTPException) as error:
        await call(tokens, *roles, with_ids=False)
    assert error.value.status_code == 403


def test_a_route_open_to_members_must_say_that_they_see_their_own() -> None:
    with pytest.raises(ValueError, match="only their own"):
        Access("member")
    with pytest.raises(ValueError, match="unknown"):
        Access("admin")
