"""The demo's way to move time; it exists only where the clock is the demo's file."""

from datetime import UTC

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel

from kit.auth import Access
from kit.clock import FileClock


class DemoTime(BaseModel):
    """The moment that every service of the demo takes for now."""

    now: AwareDatetime


def demo_clock_router(clock: FileClock) -> APIRouter:
    """Make the routes that read and set the demo's clock."""
    policy = Depends(Access("ops"))
    router = APIRouter(prefix="/v1/demo", tags=["demo"], dependencies=[policy], include_in_schema=False)

    @router.get("/clock")
    async def read() -> DemoTime:
        return DemoTime(now=clock.now())

    @router.put("/clock")
    async def move(body: DemoTime) -> DemoTime:
        clock.set(body.now.astimezone(UTC))
        return DemoTime(now=clock.now())

    return router
