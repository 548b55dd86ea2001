"""The yearly communication to the tax authority: once a year, corrected by what changed, equal to the ledger."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from httpx import AsyncClient
from payout_factories import FundDriver

from kit.clock import FixedClock
from kit.ids import new_id
from kit.testing.tokens import TokenFactory

PATH = "/v1/statements/tax-communications/2026"


async def test_a_year_and_its_correction(
    client: AsyncClient, tokens: TokenFactory, fund: FundDriver, clock: FixedClock
) -> None:
    officer = tokens.headers(roles=["payments_officer"], subject="paolo")

    async def make(year: int = 2026) -> Any:
        path = PATH.replace("2026", str(year))
        return await client.post(path, headers=officer | {"Idempotency-Key": new_id().hex})

    child = {
        "person_id": str(UUID(int=7)),
        "first_name": "Lia",
        "last_name": "Rossi",
        "fiscal_code": "RSSLIA15H55F205X",
    }
    first, second = await fund.enrol(number=1, persons=[child]), await fund.enrol(number=2)
    await fund.deliver(fund.settled(first, 9000), fund.settled(first, 6000, person_id=child["person_id"]))
    await fund.settle(second, 7000)
    await fund.close_booking(new_id(), 5000)
    await fund.correct(first, -1000)
    await fund.pay()
    assert (await make()).json()["code"] == "year_not_ended"
    clock.set(datetime(2027, 2, 1, 9, tzinfo=UTC))
    assert (await client.get(PATH, headers=officer)).status_code == 404

    made = (await make()).json()
    assert (made["number"], made["kind"], made["persons"]) == (1, "ordinary", 3)
    assert (made["amount_cents"], made["unassigned_cents"], made["ledger_cents"]) == (21000, 0, 21000)
    assert (await make()).json() == made
    file = (await client.get(f"{PATH}/file", headers=officer)).text.split("\r\n")
    assert file[0].startswith("H;1;Cassa Integrativa FNM;2026;1;ordinary;")
    assert sorted(file[1:4]) == [
        "D;RSSLIA15H55F205X;Lia Rossi;60.00;0.00",
        "D;RSSMRA75H15F001E;Mario Rossi 1;80.00;0.00",
        "D;RSSMRA75H15F002E;Mario Rossi 2;70.00;0.00",
    ]
    assert file[4] == "T;3;210.00;3;210.00"

    (back,) = [payout for payout in await fund.payouts() if payout["payee_id"] == second]
    await fund.report((f"MP{back['payout_id'].hex}", "RJCT", "AC04"))
    corrected = (await make()).json()
    assert (corrected["number"], corrected["kind"], corrected["ledger_cents"]) == (2, "correction", 14000)
    (line,) = (await client.get(f"{PATH}/lines", headers=officer)).json()["items"]
    assert (line["fiscal_code"], line["amount_cents"], line["previous_cents"]) == ("RSSMRA75H15F002E", 0, 7000)
    assert (await make()).json() == corrected
    assert len((await client.get(f"{PATH}/lines?number=1", headers=officer)).json()["items"]) == 3
    member = tokens.headers(roles=["member"], member_id=first)
    assert (await client.get(PATH, headers=member)).status_code == 403
    assert (await make(2025)).json()["persons"] == 0
