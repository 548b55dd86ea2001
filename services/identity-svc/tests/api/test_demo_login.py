"""The login of the demo and of the journeys, against the real pages."""

import jwt
import pytest
from identity_service import Service

from mutua_local.login import LoginFailed, login, machine_token


async def test_a_person_logs_in(service: Service):
    tokens = await login(service.url, "paolo.conti", service.password_of("PAOLO_CONTI"))
    assert jwt.decode(tokens.access_token, options={"verify_signature": False})["roles"] == ["payments_officer"]
    assert tokens.expires_in == 900
    assert tokens.refresh_token


async def test_a_wrong_password_is_told(service: Service):
    with pytest.raises(LoginFailed, match="Nome utente o password"):
        await login(service.url, "anna.ferri", "sbagliata")


async def test_an_unknown_client_is_told(service: Service):
    with pytest.raises(LoginFailed):
        await login(service.url, "anna.ferri", service.password_of("ANNA_FERRI"), client_id="nobody")


async def test_a_machine_gets_its_token(service: Service):
    token = await machine_token(service.url, "fund-admin", service.secret_of("FUND_ADMIN"))
    assert jwt.decode(token, options={"verify_signature": False})["roles"] == ["fund_admin", "operator", "ops"]


async def test_a_wrong_secret_is_told(service: Service):
    with pytest.raises(LoginFailed, match="invalid_client"):
        await machine_token(service.url, "fund-admin", "wrong")
