"""Instalments as members and the office read them."""

from httpx import AsyncClient
from payout_factories import FundDriver

from kit.testing.tokens import TokenFactory

FOUR = [{"number": number, "due_on": f"{2025 + number}-10-01", "amount_cents": 45000} for number in (1, 2, 3, 4)]


async def test_listed_by_number_with_their_total(client: AsyncClient, tokens: TokenFactory, fund: FundDriver) -> None:
    member = await fund.enrol()
    # As an event may bring them: in any order.
    four = fund.settled(member, 45000, article="7.2", instalments=FOUR[::-1])
    two = fund.settled(member, 45000, article="7.2", instalments=FOUR[:2])
    await fund.deliver(four, two)
    headers = tokens.headers(roles=["member"], member_id=str(member))
    seen, cursor = [], ""
    for _ in range(2):
        page = (await client.get(f"/v1/instalments?limit=3{cursor}", headers=headers)).json()
        seen += [(one["claim_id"], one["number"], one["title_it"], one["title_en"]) for one in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    first, second = four.data["claim_id"], two.data["claim_id"]
    told = {first: 4, second: 2}
    wanted = [(claim, number, told[claim]) for claim in sorted(told) for number in range(2, told[claim] + 1)]
    assert seen == [(c, n, f"Rata {n} di {total}", f"Instalment {n} of {total}") for c, n, total in wanted]

    # The claim is no longer paid: each is lost, and says why in both languages.
    await fund.correct(member, -45000, claim_id=first, payable_cents=0)
    items = (await client.get(f"/v1/instalments?claim_id={first}", headers=headers)).json()["items"]
    assert [(one["due_on"], one["state"]) for one in items] == [(one["due_on"], "lapsed") for one in FOUR[1:]]
    assert all(one["reasons"][0]["text_it"] and one["reasons"][0]["text_en"] for one in items)
