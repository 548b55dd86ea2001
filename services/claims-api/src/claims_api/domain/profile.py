"""What a member cannot do in the portal, and whom to ask instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from claims_api.domain.errors import DataNotEditable, FunctionNotAvailable
from claims_api.domain.member import Category


@dataclass(frozen=True, slots=True)
class WhomToAsk:
    """Who changes the data of a category of members: `employer`, or the fund's address."""

    redirect_to: str
    text_it: str
    text_en: str


def refuse_edit(category: Category, whom: Mapping[Category, WhomToAsk]) -> None:
    """Refuse a member's change of own or family data, saying whom to ask.

    Raises: DataNotEditable, always.
    Source: member guide, "Profilo" (ONE-PRO-02, ONE-PRO-03).
    """
    ask = whom[category]
    raise DataNotEditable(ask.text_en, redirect_to=ask.redirect_to, text_it=ask.text_it, text_en=ask.text_en)


def refuse_function(name: str, unavailable: Mapping[str, tuple[str, str]]) -> None:
    """Refuse a function that the fund announces and does not offer, in the fund's words.

    Raises: FunctionNotAvailable, always.
    """
    text_it, text_en = unavailable[name]
    raise FunctionNotAvailable(text_en, function=name, text_it=text_it, text_en=text_en)
