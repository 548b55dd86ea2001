"""`make demo`: a month of the fund, played through the gateway and told as a timeline."""

import asyncio
import sys
from collections.abc import Sequence

import httpx

from mutua_local.demo.afterwards_story import play_afterwards
from mutua_local.demo.claims_story import play_claims
from mutua_local.demo.client import CallRefused
from mutua_local.demo.direct_story import play_bookings
from mutua_local.demo.final_check import check_everything
from mutua_local.demo.payment_story import play_month_end
from mutua_local.demo.stage import Stage, open_stage
from mutua_local.demo.timeline import CheckFailed
from mutua_local.login import LoginFailed
from mutua_local.settings import load_settings


def main(_arguments: Sequence[str] = ()) -> int:
    """Play the month; 0 when every check passed."""
    try:
        asyncio.run(_play())
    except httpx.ConnectError:
        print("The system is not running: start it with `make run` (or `mutua up --detach`).", file=sys.stderr)
        return 2
    except (CheckFailed, CallRefused, LoginFailed, TimeoutError) as error:
        print(f"\n✗ the demo stopped: {error}", file=sys.stderr)
        return 1
    return 0


async def _play() -> None:
    async with open_stage(load_settings()) as stage:
        _greet(stage)
        late = await play_claims(stage)
        booking = await play_bookings(stage)
        await play_month_end(stage, booking)
        await play_afterwards(stage, late)
        await check_everything(stage, late)


def _greet(stage: Stage) -> None:
    print(f"Mutua: a month at Cassa Integrativa FNM, through {stage.settings.public_url}")
    print(f"This run's member logs in as {stage.rossi.username} with password {stage.rossi.password}")
