"""Golden cases that claims answer, one file a fund and subject: a new one is a new file and a new row."""

from claims_api.entrypoints.cases.member_portal import member_portal
from kit.cases import Handlers

HANDLERS: Handlers = {"FNM-ONECARE": (member_portal,)}
