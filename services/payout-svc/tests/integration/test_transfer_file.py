"""The bank file: valid, the same bytes each time, refused when something is wrong with it."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from lxml import etree
from payout_factories import NOVEMBER, iban, transfers_in
from pydantic import SecretStr

from kit.documents import open_store
from payout_svc.adapters.file_dialect import transfer_schema
from payout_svc.adapters.transfer_file import TransferFileWriter
from payout_svc.adapters.transfer_file_check import check_transfer_file
from payout_svc.adapters.transfer_file_store import StoredTransferFiles
from payout_svc.domain.bank_channel import BankChannel, Debtor, FileFormat
from payout_svc.domain.errors import TransferFileInvalid
from payout_svc.domain.payee import PayeeKind
from payout_svc.domain.payout import Transfer, end_to_end_id
from payout_svc.domain.payout_run import FilePart, PayoutRun, RunState, RunTotals

DEBTOR = Debtor("Cassa Integrativa FNM", "IT60X0542811101000000123456", "BLOPIT22XXX")


def _transfer(number: int, **other: object) -> Transfer:
    kind = PayeeKind.MEMBER if number % 10 else PayeeKind.FACILITY
    transfer = Transfer(
        line=number,
        end_to_end_id=end_to_end_id(UUID(int=number)),
        payee_kind=kind,
        name=f"Niccolò D’Ànversa & figli “{number}”",
        iban=iban(number),
        amount_cents=5000 + number,
        payables=number % 3 + 1,
    )
    return replace(transfer, **other)


def _part(transfers: list[Transfer], number: int = 1) -> FilePart:
    return FilePart(number, 0, transfers[-1].line, len(transfers), sum(t.amount_cents for t in transfers))


def _run(transfers: list[Transfer], file_format: FileFormat = FileFormat.PAIN_09) -> PayoutRun:
    return PayoutRun(
        run_id=UUID(int=7),
        month=NOVEMBER,
        sequence=1,
        state=RunState.POSTED,
        execution_on=date(2026, 11, 30),
        cutoff_on=date(2026, 11, 27),
        minimum_cents=5001,
        prepared_by="paolo",
        prepared_at=datetime(2026, 11, 27, 9, tzinfo=UTC),
        posted_at=datetime(2026, 11, 27, 10, 30, 15, 999, tzinfo=UTC),
        totals=RunTotals(paid_payees=len(transfers), paid_cents=sum(t.amount_cents for t in transfers)),
        channel=BankChannel(file_format, sender_code="AB12CD34"),
    )


def _write(transfers: list[Transfer], run: PayoutRun | None = None, debtor: Debtor = DEBTOR) -> bytes:
    out = io.BytesIO()
    writer = TransferFileWriter(out, run or _run(transfers), _part(transfers), debtor)
    writer.open()
    for start in range(0, len(transfers), 700):
        writer.add(transfers[start : start + 700])
    writer.close()
    return out.getvalue()


def test_ten_thousand_payments_fulfil_the_schema_and_our_own_checks(tmp_path: Path) -> None:
    transfers = [_transfer(number) for number in range(1, 10_001)]
    path = tmp_path / "run.xml"
    path.write_bytes(_write(transfers))
    check_transfer_file(path, _run(transfers), _part(transfers))
    wrong = path.read_bytes().replace(iban(7_777).encode(), iban(7_777).replace("IT", "SM", 1).encode())
    path.write_bytes(wrong)
    with pytest.raises(TransferFileInvalid):
        check_transfer_file(path, _run(transfers), _part(transfers))


@pytest.mark.parametrize("file_format", FileFormat)
@pytest.mark.parametrize("bic", ["BLOPIT22XXX", None])
def test_two_thousand_transfers_pass_schema_and_own_checks(
    tmp_path: Path, bic: str | None, file_format: FileFormat
) -> None:
    transfers = [_transfer(number) for number in range(1, 2001)]
    run = _run(transfers, file_format)
    content = _write(transfers, run, debtor=replace(DEBTOR, bic=bic))
    path = tmp_path / "file.xml"
    path.write_bytes(content)
    check_transfer_file(path, run, _part(transfers))
    tree = etree.fromstring(content)
    transfer_schema(file_format).assertValid(tree)
    assert etree.QName(tree).namespace.endswith(f":xsd:{file_format}")
    assert len(transfers_in(content)) == 2000
    assert transfers_in(content)[1999] == (end_to_end_id(UUID(int=2000)), "70.00", iban(2000))
    assert tree.findtext(".//{*}GrpHdr/{*}CtrlSum") == "120010.00"
    assert b"PstlAdr" not in content
    assert content.count(b"xmlns") == 1
    assert content.isascii()


def test_texts_are_italian_and_say_nothing_about_health() -> None:
    content = _write([_transfer(1), _transfer(10)]).decode()
    assert re.findall("<Ustrd>(.*?)</Ustrd>", content) == [
        "Rimborso sussidi novembre 2026 - 2 richieste",
        "Prestazioni in forma diretta novembre 2026 - 2 fatture",
    ]
    assert "<Nm>Niccolo D'Anversa + figli '1'</Nm>" in content
    assert "<CreDtTm>2026-11-27T10:30:15+00:00</CreDtTm>" in content


def test_same_run_gives_the_same_bytes() -> None:
    transfers = [_transfer(number) for number in range(1, 30)]
    assert _write(transfers) == _write(transfers)


def _twice(content: bytes) -> bytes:
    return content.replace(end_to_end_id(UUID(int=2)).encode(), end_to_end_id(UUID(int=1)).encode())


FAULTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "broken XSD": (lambda c: c.replace(b"<ChrgBr>SLEV", b"<ChrgBr>FREE"), "XSD"),
    "cut off in a tag": (lambda c: c[:-20], "XSD|cut off"),
    "cut off between tags": (lambda c: c[:-11], "XSD|cut off"),
    "cut off in a transfer": (lambda c: c[:-300], "XSD|cut off"),
    "wrong control sum": (lambda c: c.replace(b"<CtrlSum>150.06", b"<CtrlSum>150.07", 1), "control sums"),
    "wrong number": (lambda c: c.replace(b"<NbOfTxs>3", b"<NbOfTxs>4", 1), "control sums"),
    "changed amount": (lambda c: c.replace(b">50.01<", b">51.01<"), "the run"),
    "end-to-end id twice": (_twice, "twice"),
    "wrong IBAN": (lambda c: c.replace(iban(2).encode(), iban(2)[:-1].encode() + b"9"), "IBAN"),
    "accent": (lambda c: c.replace(b"Niccolo", "Niccolò".encode()), "character set"),
    "another file's reference": (lambda c: c.replace(b"<MsgId>MR", b"<MsgId>M02"), "reference"),
    "address": (
        lambda c: c.replace(b"</Nm></Cdtr>", b"</Nm><PstlAdr><TwnNm>Milano</TwnNm><Ctry>IT</Ctry></PstlAdr></Cdtr>", 1),
        "address",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_file_is_refused(tmp_path: Path, fault: str) -> None:
    transfers = [_transfer(number) for number in (1, 2, 3)]
    change, message = FAULTS[fault]
    content = _write(transfers)
    changed = change(content)
    assert changed != content
    path = tmp_path / "file.xml"
    path.write_bytes(changed)
    with pytest.raises(TransferFileInvalid, match=message):
        check_transfer_file(path, _run(transfers), _part(transfers))


async def test_refused_file_is_not_stored(tmp_path: Path) -> None:
    files = StoredTransferFiles(open_store(f"file://{tmp_path}"), DEBTOR)
    transfers = [_transfer(1)]
    whole = [*transfers, _transfer(2)]
    async with files.draft(_run(whole), _part(whole)) as draft:
        draft.add(transfers)
        with pytest.raises(TransferFileInvalid):
            await draft.store()
    assert not (tmp_path / "payout-runs").exists()


async def test_a_file_is_kept_under_its_funds_key_and_an_older_one_stays_readable(tmp_path: Path) -> None:
    keys = SecretStr(f"fnm/2:{'f' * 32},1:{'k' * 32}")
    documents, transfers = open_store(f"file://{tmp_path}", keys), [_transfer(1)]
    files = StoredTransferFiles(documents, DEBTOR).of("fnm")
    async with files.draft(_run(transfers), _part(transfers)) as draft:
        draft.add(transfers)
        stored = await draft.store()
    assert (tmp_path / stored.key).read_bytes().startswith(b"MUD1\x03fnm\x012")
    assert await files.hash_of(stored) == stored.sha256
    older = replace(stored, key="payout-runs/older.xml")
    await documents.put(older.key, await documents.get(stored.key))
    assert (tmp_path / older.key).read_bytes().startswith(b"MUD1\x00\x011")
    assert await files.hash_of(older) == stored.sha256


CBI_FAULTS: dict[str, tuple[bytes, bytes, str]] = {
    "no sender": (b"<Issr>CBI</Issr>", b"", "Codice Unico"),
    "another bank": (b"<MmbId>05428", b"<MmbId>05429", "ABI"),
    "sums in the payment": (b"<BtchBookg>true</BtchBookg>", b"<BtchBookg>true</BtchBookg><NbOfTxs>3</NbOfTxs>", "CBI"),
    "ISO root": (b"CBIPaymentRequest>", b"Document>", "XSD"),
}


@pytest.mark.parametrize("fault", CBI_FAULTS)
def test_faulty_cbi_file_is_refused(tmp_path: Path, fault: str) -> None:
    transfers = [_transfer(number) for number in (1, 2, 3)]
    run = _run(transfers, FileFormat.CBI)
    before, after, message = CBI_FAULTS[fault]
    content = _write(transfers, run)
    path = tmp_path / "file.xml"
    path.write_bytes(content)
    check_transfer_file(path, run, _part(transfers))
    assert before in content
    path.write_bytes(content.replace(before, after))
    with pytest.raises(TransferFileInvalid, match=message):
        check_transfer_file(path, run, _part(transfers))


def test_each_format_names_the_bank_in_its_own_way() -> None:
    transfers = [_transfer(1)]
    old, new, cbi = (_write(transfers, _run(transfers, one)).decode() for one in FileFormat)
    assert "<BIC>BLOPIT22XXX</BIC>" in old
    assert "<ReqdExctnDt>2026-11-30</ReqdExctnDt>" in old
    assert "<BICFI>BLOPIT22XXX</BICFI>" in new
    assert "<ReqdExctnDt><Dt>2026-11-30</Dt></ReqdExctnDt>" in new
    assert "<ClrSysMmbId><MmbId>05428</MmbId></ClrSysMmbId>" in cbi
    assert "<Id><OrgId><Othr><Id>AB12CD34</Id><Issr>CBI</Issr></Othr></OrgId></Id>" in cbi
    assert cbi.count("<NbOfTxs>") == 1
