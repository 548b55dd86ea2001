"""Bodies of the JSON API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from identity_svc.models import MachineClient, User

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,63}$")]
ClientId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{2,99}$")]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f]+@[^@\s.\x00-\x1f]+(\.[^@\s.\x00-\x1f]+)+$",
    ),
]
Roles = Annotated[list[str], Field(min_length=1, max_length=10)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UserChange(_Body):
    """The whole of what can change; an omitted password stays as it is."""

    email: Email
    first_name: Name
    last_name: Name
    roles: Roles
    member_id: UUID | None = None
    facility_id: UUID | None = None
    active: bool = True
    password: SecretStr | None = Field(default=None, max_length=200)


class NewUser(UserChange):
    """Without a password the user chooses one through the reset page."""

    username: Username


class FacilityUserChange(_Body):
    """A colleague at the facility; `active` false disables."""

    email: Email
    first_name: Name
    last_name: Name
    active: bool = True


class NewFacilityUser(FacilityUserChange):
    """A named person, who is invited by e-mail to choose a password."""

    username: Username


class NewClient(_Body):
    client_id: ClientId
    name: Name
    roles: Roles
    facility_id: UUID | None = None


class UserQuery(_Body):
    role: str | None = Field(default=None, pattern="^[a-z_]+$")
    active: bool | None = None
    cursor: str | None = None
    limit: int = Field(default=50, ge=1, le=200)


class UserView(BaseModel):
    id: UUID
    username: str
    email: str
    first_name: str
    last_name: str
    roles: list[str]
    fund: str
    member_id: UUID | None
    facility_id: UUID | None
    active: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> "UserView":
        return cls(
            id=user.id,
            username=user.username,
            email=user.email,
            first_name=user.first_name,
            last_name=user.last_name,
            roles=sorted(user.roles),
            fund=user.fund,
            member_id=user.member_id,
            facility_id=user.facility_id,
            active=user.is_active,
            created_at=user.created_at,
        )


class UserPage(BaseModel):
    items: list[UserView]
    next_cursor: str | None


class NewClientView(BaseModel):
    """The secret is answered this once; only its hash is kept."""

    client_id: str
    client_secret: str
    name: str
    roles: list[str]
    fund: str
    facility_id: UUID | None

    @classmethod
    def of(cls, machine: MachineClient, secret: str) -> "NewClientView":
        return cls(
            client_id=machine.client_id,
            client_secret=secret,
            name=machine.client.name,
            roles=sorted(machine.roles),
            fund=machine.fund,
            facility_id=machine.facility_id,
        )
