"""The shell of a service's HTTP application, in process, over a real database."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from kit_shop import INSERT_SALE, SaleMade, ShopTransaction, count
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from kit.auth import Access, Caller
from kit.clock import FixedClock
from kit.commands import IdempotencyKey, run_command, run_query
from kit.errors import Conflict, FieldError, InvalidInput
from kit.http import RouteWithoutPolicy, create_app
from kit.settings import ServiceSettings
from kit.testing.databases import ServiceDatabase
from kit.testing.tokens import AUDIENCE, ISSUER, TokenFactory
from kit.transaction import UnitOfWork

Seller = Annotated[Caller, Depends(Access("operator", "member", own="member"))]


class NewSale(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sale_id: str
    n: Annotated[StrictInt, Field(gt=0)]


class SoldOut(Conflict):
    code = "sold_out"


def shop_router(uow: UnitOfWork[ShopTransaction]) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/sales")
    async def sell(request: Request, caller: Seller, body: NewSale, key: IdempotencyKey) -> Response:
        async def work(tx: ShopTransaction) -> NewSale:
            if body.sale_id == "none":
                raise SoldOut("nothing left", left=0)
            if body.sale_id == "bad":
                raise InvalidInput("bad", errors=[FieldError("/sale_id", "S-1", "no such sale")])
            await tx.conn.execute(INSERT_SALE, {"id": body.sale_id, "fund": tx.fund, "n": body.n})
            tx.publish(SaleMade(body.sale_id, body.n))
            return body

        return await run_command(request, caller, uow=uow, body=body, key=key, status=201, work=work)

    @router.get("/v1/sales/{sale_id}")
    async def look(request: Request, caller: Seller, sale_id: str) -> Response:
        async def work(tx: ShopTransaction) -> NewSale:
            tx.audit("sale_read", entity="sale", entity_id=sale_id)
            return NewSale(sale_id=sale_id, n=1)

        return await run_query(request, caller, uow=uow, work=work)

    @router.get("/v1/crash")
    async def crash(caller: Seller) -> None:
        raise RuntimeError("secret detail")

    return router


def make_app(uow: UnitOfWork[ShopTransaction], clock: FixedClock, tokens: TokenFactory, router: APIRouter) -> FastAPI:
    settings = ServiceSettings.model_validate(
        {
            "database_url": uow.database.url,
            "bus_url": "memory://",
            "issuer_url": ISSUER,
            "jwks_url": "http://127.0.0.1:1/jwks",
            "audience": AUDIENCE,
            "documents_url": "memory://",
            "cursor_secret": "secret",
        }
    )
    return create_app(
        service="shop",
        title="Shop",
        description="A shop",
        settings=settings,
        routers=[router],
        problems={},
        uow=uow,
        clock=clock,
        verifier=tokens.verifier,
    )


@pytest.fixture
async def client(
    uow: UnitOfWork[ShopTransaction], clock: FixedClock, tokens: TokenFactory
) -> AsyncIterator[httpx.AsyncClient]:
    app = make_app(uow, clock, tokens, shop_router(uow))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as opened:
        yield opened


async def test_the_same_key_gives_the_same_answer_once(
    client: httpx.AsyncClient, tokens: TokenFactory, shop_database: ServiceDatabase
) -> None:
    headers = tokens.headers(roles=["operator"], key="key-0001")
    first = await client.post("/v1/sales", json={"sale_id": "a", "n": 1}, headers=headers)
    again = await client.post("/v1/sales", json={"sale_id": "a", "n": 1}, headers=headers)
    other = await client.post("/v1/sales", json={"sale_id": "a", "n": 2}, headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert await count(shop_database.admin_dsn, "sale") == 1
    assert await count(shop_database.admin_dsn, "outbox") == 1


async def test_the_same_key_at_the_same_moment_has_one_effect(
    client: httpx.AsyncClient, tokens: TokenFactory, shop_database: ServiceDatabase
) -> None:
    headers = tokens.headers(roles=["operator"], key="key-0009")
    calls = [client.post("/v1/sales", json={"sale_id": "a", "n": 1}, headers=headers) for _ in range(12)]
    answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} == {201}
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await count(shop_database.admin_dsn, "sale") == 1
    assert await count(shop_database.admin_dsn, "outbox") == 1


async def test_a_refused_request_frees_its_key(client: httpx.AsyncClient, tokens: TokenFactory) -> None:
    headers = tokens.headers(roles=["operator"], key="key-0002")
    refused = await client.post("/v1/sales", json={"sale_id": "none", "n": 1}, headers=headers)
    assert (refused.status_code, refused.json()["code"], refused.json()["left"]) == (409, "sold_out", 0)
    assert (await client.post("/v1/sales", json={"sale_id": "b", "n": 1}, headers=headers)).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointer", "rule"),
    [
        ({"sale_id": "a", "n": 1.5}, "/n", "int_type"),
        ({"sale_id": "a", "n": "1"}, "/n", "int_type"),
        ({"sale_id": "a", "n": -1}, "/n", "greater_than"),
        ({"n": 1}, "/sale_id", "missing"),
        ({"sale_id": "a", "n": 1, "x": 1}, "/x", "extra_forbidden"),
        ({"sale_id": "bad", "n": 1}, "/sale_id", "S-1"),
    ],
)
async def test_bad_input_names_the_field_and_the_rule(
    client: httpx.AsyncClient, tokens: TokenFactory, body: dict[str, object], pointer: str, rule: str
) -> None:
    answer = await client.post("/v1/sales", json=body, headers=tokens.headers(roles=["operator"], key="key-0003"))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(e["pointer"], e["rule"]) for e in answer.json()["errors"]] == [(pointer, rule)]


async def test_a_post_without_key_is_refused(client: httpx.AsyncClient, tokens: TokenFactory) -> None:
    answer = await client.post("/v1/sales", json={"sale_id": "a", "n": 1}, headers=tokens.headers(roles=["operator"]))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/header/Idempotency-Key")


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"roles": ["operator"]}, 200),
        ({"roles": ["facility"]}, 403),
        ({"roles": ["member"]}, 403),
        ({"roles": ["member"], "member_id": uuid4()}, 200),
        ({"roles": ["operator"], "seconds": -100}, 401),
        ({"roles": ["operator"], "token_use": "id"}, 401),
        ({"roles": ["operator"], "aud": "other"}, 401),
        ({"roles": ["operator"], "iss": "https://evil.test"}, 401),
        ({"roles": ["operator"], "fund": ""}, 403),
    ],
)
async def test_who_may_read(
    client: httpx.AsyncClient, tokens: TokenFactory, claims: dict[str, object], status: int
) -> None:
    answer = await client.get("/v1/sales/a", headers=tokens.headers(**claims))
    assert answer.status_code == status


async def test_without_a_token_or_with_another_key(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/sales/a")).status_code == 401
    foreign = TokenFactory().headers(roles=["operator"])
    assert (await client.get("/v1/sales/a", headers=foreign)).status_code == 401


async def test_a_crash_tells_nothing_but_its_request_id(client: httpx.AsyncClient, tokens: TokenFactory) -> None:
    answer = await client.get("/v1/crash", headers=tokens.headers(roles=["operator"]) | {"x-request-id": "r-9"})
    assert (answer.status_code, answer.json()["request_id"]) == (500, "r-9")
    assert "secret detail" not in answer.text


def test_a_route_without_policy_cannot_be_served(
    uow: UnitOfWork[ShopTransaction], clock: FixedClock, tokens: TokenFactory
) -> None:
    router = APIRouter()

    @router.get("/v1/open")
    async def look() -> None:
        pass

    with pytest.raises(RouteWithoutPolicy, match="/v1/open"):
        make_app(uow, clock, tokens, router)


async def test_operations_show_the_outbox_to_ops_only(client: httpx.AsyncClient, tokens: TokenFactory) -> None:
    await client.post(
        "/v1/sales", json={"sale_id": "a", "n": 1}, headers=tokens.headers(roles=["operator"], key="k" * 8)
    )
    path = "/v1/operations/shop/status"
    assert (await client.get(path, headers=tokens.headers(roles=["operator"]))).status_code == 403
    status = (await client.get(path, headers=tokens.headers(roles=["ops"]))).json()
    assert status == {"service": "shop", "outbox_waiting": 1, "parked": []}
