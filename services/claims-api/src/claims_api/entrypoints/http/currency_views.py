"""Amounts as a document states them, in the unit of its currency."""

from pydantic import BaseModel, Field, computed_field

from kit.money import minor_digits


class InItsCurrency(BaseModel):
    """A document's amount: whole minor units of its currency, which the yen has none of and a dinar a thousand."""

    amount_cents: int = Field(description="Importo del documento, in whole minor units of its currency")
    currency: str = Field(description="ISO 4217")

    @computed_field(description="Decimals of the currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217)")
    def minor_digits(self) -> int:
        return minor_digits(self.currency)
