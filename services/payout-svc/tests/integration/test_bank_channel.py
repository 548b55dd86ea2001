"""How the fund's bank takes files: format, size, several files of one run."""

import pytest
from lxml import etree
from payout_factories import FundDriver, status_report, transfers_in

from payout_svc.adapters.status_report import read_status_report
from payout_svc.domain.bank_channel import BankChannel, FileFormat
from payout_svc.domain.errors import BankChannelInvalid, TooManyFiles
from payout_svc.domain.payout import message_id
from payout_svc.use_cases.record_bank_report import record_bank_report


@pytest.mark.parametrize(("transfers", "sizes"), [(2, [2]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
async def test_run_is_split_at_the_banks_limit(fund: FundDriver, transfers: int, sizes: list[int]) -> None:
    await fund.use_channel(FileFormat.CBI, per_file=3)
    for number in range(1, transfers + 1):
        await fund.settle(await fund.enrol(number=number), 5000 + number)
        await fund.settle(await fund.enrol(number=50 + number), 100)
    run = await fund.pay()
    contents = await fund.files_of(run)
    assert [len(transfers_in(content)) for content in contents] == sizes == [file.part.transfers for file in run.files]
    references = [etree.fromstring(content).findtext("{*}GrpHdr/{*}MsgId") for content in contents]
    assert references == [message_id(run.run_id, number) for number in range(1, len(sizes) + 1)]
    assert sum(file.part.amount_cents for file in run.files) == run.totals.paid_cents
    assert len({reference for content in contents for reference, _, _ in transfers_in(content)}) == transfers


async def test_status_of_the_second_file_is_for_its_transfers_alone(fund: FundDriver) -> None:
    await fund.use_channel(FileFormat.PAIN_03, per_file=2)
    for number in range(1, 4):
        await fund.settle(await fund.enrol(number=number), 6000)
    run = await fund.pay()
    content = status_report([], group=(message_id(run.run_id, 2), "RJCT", "FF01"))
    async with fund.services.uow.begin(fund.context()) as tx:
        result = await record_bank_report(tx, report=read_status_report(content), sha256="x", received_by="paolo")
    assert (result.rejected, result.unmatched) == (1, [])
    returned = [f"MP{row['payout_id'].hex}" for row in await fund.payouts() if row["state"] == "returned"]
    assert returned == [reference for reference, _, _ in transfers_in((await fund.files_of(run))[1])]


async def test_prepared_run_keeps_its_channel(fund: FundDriver) -> None:
    await fund.settle(await fund.enrol(), 9000)
    run = await fund.approve(await fund.prepare())
    await fund.use_channel(FileFormat.PAIN_03)
    assert b"pain.001.001.09" in await fund.file_of(await fund.execute(run))


async def test_more_files_than_can_be_named_are_refused(fund: FundDriver) -> None:
    await fund.use_channel(FileFormat.PAIN_09, per_file=1)
    for number in range(1, 101):
        await fund.settle(await fund.enrol(number=number), 9000)
    with pytest.raises(TooManyFiles, match="/v1/bank-channel"):
        await fund.prepare()


@pytest.mark.parametrize(
    ("file_format", "per_file", "sender", "pointer"),
    [
        (FileFormat.CBI, 10, None, "/sender_code"),
        (FileFormat.CBI, 10, "short", "/sender_code"),
        (FileFormat.PAIN_09, 0, None, "/transfers_per_file"),
    ],
)
def test_terms_that_do_not_fit(file_format: FileFormat, per_file: int, sender: str | None, pointer: str) -> None:
    with pytest.raises(BankChannelInvalid) as refusal:
        BankChannel(file_format, per_file, sender)
    assert refusal.value.errors[0].pointer == pointer
