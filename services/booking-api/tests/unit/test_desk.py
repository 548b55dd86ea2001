from datetime import date

import pytest
from booking_factories import PRICE

from booking_api.domain.authorisation_code import ALPHABET, new_code, read_code
from booking_api.domain.invoice import ProviderInvoice, check_dispensing

DAY = date(2026, 12, 16)


def rules(*, amount: int = PRICE, invoiced: date = DAY, dispensed: date = DAY, today: date = DAY) -> list[str]:
    found = check_dispensing(
        ProviderInvoice("FT 1", invoiced, amount),
        dispensed_on=dispensed,
        appointment_on=DAY,
        today=today,
        price_cents=PRICE,
    )
    return [f"{fault.pointer} {fault.rule}" for fault in found]


def test_the_agreed_price_to_the_cent_passes():
    assert rules() == []


@pytest.mark.parametrize("amount", [PRICE - 1, PRICE + 1])
def test_one_cent_of_difference_is_refused(amount: int):
    assert rules(amount=amount) == ["/invoice/amount_cents amount_differs_from_agreed_price"]


def test_the_message_gives_the_difference():
    fault = check_dispensing(
        ProviderInvoice("1", DAY, 12_550), dispensed_on=DAY, appointment_on=DAY, today=DAY, price_cents=PRICE
    )[0]
    assert fault.message == "La fattura è di 125,50 €, il prezzo concordato è di 120,00 €: differenza 5,50 €"


def test_days_before_the_appointment_and_in_the_future_are_refused():
    assert rules(dispensed=date(2026, 12, 15)) == ["/dispensed_on before_appointment"]
    assert rules(dispensed=date(2026, 12, 17)) == ["/dispensed_on date_in_future"]
    assert rules(invoiced=date(2026, 12, 17)) == ["/invoice/date date_in_future"]


def test_invoice_numbers_are_compared_without_blanks_and_case():
    assert ProviderInvoice("FT 12/a", DAY, 1).number_key == ProviderInvoice("ft12/A", DAY, 1).number_key


def test_codes_avoid_letters_that_look_alike():
    assert not set(ALPHABET) & set("0O1IL2Z5S8BUV")
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(read_code(code) == code for code in codes)


@pytest.mark.parametrize("typed", ["AUT-7K3M-Q9TX", "aut-7k3m-q9tx", "AUT 7K3M Q9TX", " 7k3mq9tx "])
def test_a_code_is_read_however_it_was_typed(typed: str):
    assert read_code(typed) == "AUT-7K3M-Q9TX"


@pytest.mark.parametrize("typed", ["", "AUT", "AUT-0K3M-Q9TX", "AUT-7K3M-Q9T", "AUT-7K3M-Q9TXX", "' or 1=1 --"])
def test_what_cannot_be_a_code_is_none(typed: str):
    assert read_code(typed) is None
