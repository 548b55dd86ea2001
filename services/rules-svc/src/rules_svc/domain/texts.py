"""Texts of steps and reasons for members, from templates: Italian and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kit.money import format_amount, format_eur
from rules_svc.domain.decision import Missing, Reason, Step
from rules_svc.domain.plan import Bilingual

_BPS_PER_PERCENT = 100
_NOTHING = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Texts:
    """The templates by code.

    Shapes: a template names values in braces: {before}, {after}, {article} and the parameters of its code.
    """

    steps: Mapping[str, Bilingual]
    reasons: Mapping[str, Bilingual]
    missing: Bilingual
    words: Mapping[str, Bilingual]
    remedies: Mapping[str, Bilingual]

    def of_step(self, step: Step) -> Bilingual:
        """Write what a step did."""
        exact = step.params.get("exact")
        after = _exact(*exact) if exact else step.after_cents
        values = {**step.params, "article": step.article, "before_cents": step.before_cents, "after_cents": after}
        if step.code == "requested" and "currency" in step.params:
            # Not yet converted: the document's own currency.
            written = format_amount(values.pop("after_cents"), step.params["minor_digits"])
            values["after"] = f"{step.params['currency']} {written}"
        return self._filled(self.steps[step.code], values)

    def of_reason(self, reason: Reason) -> Bilingual:
        """Write why nothing is paid, or not now."""
        return self._filled(self.reasons[reason.code], {**reason.params, "article": reason.article})

    def of_remedy(self, reason: Reason) -> Bilingual:
        """Write what would make it payable; nothing for a reason that is no refusal."""
        template = self.remedies.get(reason.params.get("remedy", reason.code))
        if template is None:
            return _NOTHING
        return self._filled(template, {**reason.params, "article": reason.article})

    def of_missing(self, missing: Missing) -> Bilingual:
        """Write which document is asked for."""
        return self._filled(self.missing, {**missing.params, "article": missing.article})

    def _filled(self, template: Bilingual, values: Mapping[str, Any]) -> Bilingual:
        italian = {_bare(name): self._written(name, value, "it") for name, value in values.items()}
        english = {_bare(name): self._written(name, value, "en") for name, value in values.items()}
        italian["what"], english["what"] = str(values.get("what_it", "")), str(values.get("what_en", ""))
        return Bilingual(template.it.format_map(italian), template.en.format_map(english))

    def _written(self, name: str, value: Any, language: str) -> str:
        if name.endswith("_cents"):
            return _money(value, language)
        if name.endswith("_bps"):
            percent = f"{value / _BPS_PER_PERCENT:g}"
            return f"{percent.replace('.', ',')} %" if language == "it" else f"{percent}%"
        if name.endswith(("_on", "day")) and isinstance(value, str):
            return _day(value, language)
        if isinstance(value, tuple):
            return ", ".join(self._written("", one, language) for one in value)
        word = self.words.get(value) if isinstance(value, str) else None
        if word is not None:
            return word.it if language == "it" else word.en
        return str(value)


def _bare(name: str) -> str:
    return name.removesuffix("_cents").removesuffix("_bps")


def _exact(numerator: int, denominator: int) -> str:
    """Write an amount with a broken cent as euro, to four decimals."""
    shown = (numerator * 100 + denominator // 2) // denominator
    return f"{shown // 10_000},{shown % 10_000:04d}".rstrip("0")


def _money(value: int | str, language: str) -> str:
    text = value if isinstance(value, str) else format_eur(value)
    return f"{text} €" if language == "it" else "€" + text.translate(str.maketrans(",.", ".,"))


def _day(value: str, language: str) -> str:
    day = date.fromisoformat(value)
    return f"{day:%d/%m/%Y}" if language == "it" else f"{day.day} {day:%B %Y}"
