"""The Italian codice fiscale, checked against the person's declared birth date."""

from datetime import date

# A pure function of a kept library, without IO: our own copy of the check would only be another place for errors.
from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale

_PERSONAL_LENGTH = 16


def compact(code: str) -> str:
    """Return the code in upper case without spaces."""
    return str(codicefiscale.compact(code))


def fiscal_code_fault(code: str, birth_date: date) -> tuple[str, str] | None:
    """Say which rule a personal codice fiscale breaks, as (rule, message), or nothing.

    The code holds two digits of the year only: the century is the declared birth date's.
    Source: DM 23 December 1976 (form, check character, omocodia).
    """
    number = compact(code)
    if len(number) != _PERSONAL_LENGTH:
        return "fiscal_code_length", "A personal codice fiscale has 16 characters."
    try:
        codicefiscale.validate(number)
        birth = codicefiscale.get_birth_date(number, minyear=birth_date.year)
    except ValidationError:
        return "fiscal_code_check", "The codice fiscale has a wrong form or a wrong check character."
    if birth != birth_date:
        return "fiscal_code_birth_date", "The codice fiscale does not match the birth date."
    return None


def tax_id_fault(code: str) -> tuple[str, str] | None:
    """Say which rule a provider's partita IVA or codice fiscale breaks; foreign numbers are kept unverified."""
    number = code.upper().replace(" ", "")
    if number[:2].isalpha() and not number.startswith("IT") and not number[2:6].isalpha():
        return None
    if codicefiscale.is_valid(number.removeprefix("IT")):
        return None
    return "vat_number_check", "The number is neither a valid partita IVA nor a valid codice fiscale."
