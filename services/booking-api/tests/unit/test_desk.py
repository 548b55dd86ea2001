from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from booking_factories import ITEM

from booking_api.domain.authorisation_code import ALPHABET, new_code, read_code
from booking_api.domain.booking_item import BookedItem, CountedService
from booking_api.domain.dispensing import Dispensing, PaperKind, dispensed_items, missing_papers
from booking_api.domain.errors import DispensingRejected
from booking_api.domain.invoice import InvoiceLine, ProviderInvoice, differences

DAY = date(2026, 12, 16)
TEETH_OUT = BookedItem("DEN-1201", "1201", "Estrazione semplice", 2, 5_000, (11, 12), per_tooth=True)


def rules(given: tuple[CountedService, ...] = (), **changes: Any) -> list[str]:
    report = replace(Dispensing(DAY, given), **changes)
    try:
        dispensed_items((TEETH_OUT, ITEM), report, appointment_on=DAY, today=DAY)
    except DispensingRejected as refused:
        return [f"{fault.pointer} {fault.rule}" for fault in refused.errors]
    return []


def test_days_before_the_appointment_and_in_the_future_are_refused():
    assert rules(dispensed_on=date(2026, 12, 15)) == ["/dispensed_on before_appointment"]
    assert rules(dispensed_on=date(2026, 12, 17)) == ["/dispensed_on date_in_future"]
    invoice = ProviderInvoice("FT 1", date(2026, 12, 17), 3, None, (InvoiceLine("DEN-1201", 2),))
    assert rules(invoice=invoice) == ["/invoice/date date_in_future", "/invoice/lines lines_do_not_sum"]


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (CountedService("DEN-1201", 3, (11, 12, 13)), "/items/0/quantity more_than_authorised"),
        (CountedService("DEN-1002", 1), "/items/0/service_code not_authorised"),
        (CountedService("DEN-1201", 2, (11,)), "/items/0/teeth teeth_missing"),
        (CountedService("DEN-1201", 1, (19,)), "/items/0/teeth tooth_unknown"),
        (CountedService("DEN-1201", 1, (21,)), "/items/0/teeth tooth_not_authorised"),
    ],
)
def test_what_does_not_fit_the_authorisation_is_refused(given: CountedService, rule: str):
    assert rules((given,), partial=True)[0] == rule


def test_a_part_must_be_meant():
    part = (CountedService("DEN-1201", 1, (11,)),)
    assert rules(part) == ["/partial not_all_dispensed"]
    assert rules(part, partial=True) == []
    assert rules() == []


def test_each_line_is_compared_with_its_tariff():
    lines = (InvoiceLine("DEN-1201", 10_001), InvoiceLine("DEN-9999", 1))
    found = differences(ProviderInvoice("1", DAY, 10_002, None, lines), (TEETH_OUT,), fund_share_cents=None)
    assert [(one.code, one.service_code, one.expected_cents) for one in found] == [
        ("line_amount_differs", "DEN-1201", 10_000),
        ("line_amount_differs", "DEN-9999", 0),
        ("amount_differs_from_agreed_price", None, 10_000),
    ]
    assert found[2].text_it == "La fattura è di 100,02 €, il prezzo concordato è di 100,00 €: differenza 0,02 €"


def test_a_stay_needs_its_record_and_orthodontics_the_photo():
    needed = (PaperKind.CLINICAL_RECORD, PaperKind.APPLIANCE_PHOTO)
    assert [one.rule for one in missing_papers(needed, {PaperKind.INVOICE})] == [
        "clinical_record_missing",
        "appliance_photo_missing",
    ]
    assert missing_papers(needed, set(needed)) == []


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
