"""The texts that the package carries."""

from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from rules_svc.adapters.plan_parts import Text
from rules_svc.adapters.plan_reader import read_yaml
from rules_svc.domain.plan import Bilingual
from rules_svc.domain.texts import Texts


class _Catalogue(BaseModel):
    model_config = ConfigDict(extra="forbid")
    words: dict[str, Text]
    missing: Text
    steps: dict[str, Text]
    reasons: dict[str, Text]
    remedies: dict[str, Text]


def _bilingual(texts: dict[str, Text]) -> dict[str, Bilingual]:
    return {code: Bilingual(text.it, text.en) for code, text in texts.items()}


@cache
def load_texts() -> Texts:
    """Read the templates, once per process."""
    raw = files("rules_svc").joinpath("texts/messages.yaml").read_text(encoding="utf-8")
    read = _Catalogue.model_validate(read_yaml(raw))
    missing = Bilingual(read.missing.it, read.missing.en)
    return Texts(
        _bilingual(read.steps), _bilingual(read.reasons), missing, _bilingual(read.words), _bilingual(read.remedies)
    )
