from datetime import date
from uuid import uuid4

import pytest

from claims_api.domain.bank_account import AccountState, BankAccount, holder_matches, read_iban
from claims_api.domain.errors import InvalidIban
from claims_api.domain.fiscal_code import fiscal_code_fault, tax_id_fault


def code(start: str) -> str:
    from stdnum.it import codicefiscale  # noqa: PLC0415 (the check character only)

    return start + str(codicefiscale.calc_check_digit(start))


@pytest.mark.parametrize(
    ("written", "birth", "rule"),
    [
        ("RSSMRA75H15F205E", date(1975, 6, 15), None),
        ("rss mra 75h15 f205e", date(1975, 6, 15), None),
        (code("VRDLRA78C52F205"), date(1978, 3, 12), None),  # a woman's day of birth is 40 higher
        (code("RSSGLI25A41F205"), date(2025, 1, 1), None),  # born in 2025, not in 1925
        (code("RSSGLI25A41F205"), date(1925, 1, 1), None),
        (code("RSSMRA75H15F20R"), date(1975, 6, 15), None),  # omocodia: a letter for the last figure
        (code("RSSMRA00B29F205"), date(2000, 2, 29), None),
        ("RSSMRA75H15F205E", date(1976, 6, 15), "fiscal_code_birth_date"),
        ("RSSMRA75H15F205E", date(1975, 6, 16), "fiscal_code_birth_date"),
        ("RSSMRA75H15F205F", date(1975, 6, 15), "fiscal_code_check"),
        ("RSSMRA75H15F2055", date(1975, 6, 15), "fiscal_code_check"),
        ("12345670017", date(1975, 6, 15), "fiscal_code_length"),
        ("", date(1975, 6, 15), "fiscal_code_length"),
    ],
)
def test_fiscal_code(written: str, birth: date, rule: str | None) -> None:
    fault = fiscal_code_fault(written, birth)
    assert (fault[0] if fault else None) == rule


@pytest.mark.parametrize(
    ("written", "good"),
    [
        ("12345670017", True),
        ("IT12345670017", True),
        ("12345670018", False),
        ("IT12345670018", False),
        ("1234567", False),
        ("RSSMRA75H15F205E", True),
        ("RSSMRA75H15F205F", False),
        ("DE129273398", True),
        ("CHE-123.456.788", True),
    ],
)
def test_tax_id_of_a_provider(written: str, *, good: bool) -> None:
    assert (tax_id_fault(written) is None) == good


@pytest.mark.parametrize(
    "text", ["IT60X0542811101000000123456", " it60 x054 2811 1010 0000 0123 456", "DE89370400440532013000"]
)
def test_good_iban(text: str) -> None:
    assert read_iban(text, pointer="/iban") == text.replace(" ", "").upper()


def test_an_unknown_bank_is_no_reason_to_refuse() -> None:
    assert read_iban("IT56B9999999999000000000001", pointer="/iban").startswith("IT")


@pytest.mark.parametrize("text", ["", "IT", "IT60X0542811101000000123457", "IT60X054281110100000012345", "XX00", "ÀÈ"])
def test_bad_iban_names_its_field(text: str) -> None:
    with pytest.raises(InvalidIban) as caught:
        read_iban(text, pointer="/bank_account/iban")
    assert [(one.pointer, one.rule) for one in caught.value.errors] == [("/bank_account/iban", "iban_check")]


def test_masked_iban() -> None:
    account = BankAccount(uuid4(), uuid4(), 1, "IT60X0542811101000000123456", "M", True, AccountState.ACTIVE)
    assert account.masked_iban == "IT" + "*" * 21 + "3456"


@pytest.mark.parametrize(
    ("holder", "matches"),
    [
        ("Mario Rossi", True),
        ("ROSSI MARIO", True),
        ("Nicolò D'Angelo e Mario Rossi", True),
        ("Maria Rossi", False),
        ("", False),
    ],
)
def test_holder(holder: str, *, matches: bool) -> None:
    assert holder_matches(holder, first_name="Mario", last_name="Rossi") == matches


def test_holder_without_accents() -> None:
    assert holder_matches("NICOLO D ANGELO", first_name="Nicolò", last_name="D'Angelo")
