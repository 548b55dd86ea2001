"""The page says everything that the plan says, in Italian, with its rule ids."""

import re
from html.parser import HTMLParser

import jsonschema
import pytest
import yaml

from rules_svc.adapters.plan_coverage import cited_parts, read_catalogue
from rules_svc.adapters.plan_files import plan_files
from rules_svc.adapters.plan_json_schema import plan_json_schema
from rules_svc.adapters.plan_page import article_order, plan_page
from rules_svc.adapters.plan_page_html import html_page
from rules_svc.adapters.plan_page_markdown import markdown_page
from rules_svc.adapters.plan_page_parts import plain_lines
from rules_svc.adapters.plan_reader import PlanSource, read_plan

TEXT = plan_files("fnm")[-1].read_text(encoding="utf-8")


class _Checker(HTMLParser):
    """Fail on a tag that is not closed or an anchor that leads nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag != "meta":
            self.open.append(tag)
        self.ids.update(filter(None, [given.get("id")]))
        if (given.get("href") or "").startswith("#"):
            self.links.add((given["href"] or "")[1:])

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def markdown(source: PlanSource) -> str:
    return markdown_page(plan_page(source))


def checked(source: PlanSource) -> _Checker:
    checker = _Checker()
    checker.feed(html_page(plan_page(source)))
    assert checker.open == []
    return checker


def test_every_rule_of_the_plan_and_of_the_catalogue_is_in_the_margin(source: PlanSource, markdown: str) -> None:
    shown = set(re.findall(r"`(FNM-[^`]+)`", markdown))
    assert {rule for _, part in cited_parts(source.file) for rule in part.rules} <= shown
    assert set(read_catalogue("fnm")) <= shown
    readings = {name for _, part in cited_parts(source.file) for name in part.interpretation}
    assert readings <= set(re.findall(r"`(A\d+)`", markdown))


def test_every_amount_of_the_plan_is_on_the_page(source: PlanSource, markdown: str) -> None:
    articles = {tuple(number.split(".")) for number in source.file.articles}
    for number, benefit in source.file.benefits.items():
        section = markdown.split(f"\n## {number} ", 1)[1].split("\n## ", 1)[0]
        raw = str(source.content["benefits"][number])
        for amount in set(re.findall(r"'(\d+)\.(\d\d)'", raw)) - articles:
            written = f"{int(amount[0]):,}".replace(",", ".") + f",{amount[1]}"
            assert f"€ {written}" in section, (number, written)
        for terms in benefit.terms.values():
            if not benefit.amounts:
                assert f"{terms.reimbursement_rate / 100:g} %".replace(".", ",") in section


@pytest.mark.parametrize(
    "sentence",
    [
        "**Modalità diretta: 75 % della spesa con un massimo di € 100,00 per prestazione.**",
        "**Modalità indiretta: 60 % della spesa, sino a € 400,00 in due anni solari.**",
        "il minore fra la tariffa (colonna indiretta) e il 50 % dell'importo sul modulo.",
        "| 1106 | Levigatura radicolare | per quadrante | € 50,00 | € 55,00 | 4 per anno solare |",
        "Sola montatura. *Quando la prestazione nomina «sola montatura», «solo montatura» o «montatura»",
        "Il diritto decade trascorsi 120 giorni",
        "superiore a € 50,00; in dicembre qualunque sia l'importo.",
        "solo alla prima richiesta; per i minori valido 3 anni dal rilascio",
        "**€ 1.800,00 in 4 rate annuali da € 450,00.**",
        "(la data della spesa o dell'evento supera 24 mesi dopo la data di iscrizione oppure",
        "€ 10.000,00 più € 5.000,00 per ogni unità di «familiari a carico».",
        "**Sino a € 600,00 per anno (dal 1 luglio).** *Quando il dato «ordine di scuola» è ITS.*",
        "Interventi oculistici: richiesta almeno 5 giorni lavorativi prima dell'appuntamento.",
    ],
)
def test_sentences(markdown: str, sentence: str) -> None:
    assert sentence in markdown


def test_a_changed_figure_changes_the_page(markdown: str) -> None:
    other = markdown_page(plan_page(read_plan(TEXT.replace("glasses: 400.00", "glasses: 410.00", 1))))
    assert "sino a € 410,00 in due anni solari" in other
    assert other != markdown


def test_the_html_page_is_whole_and_needs_nothing_else(source: PlanSource) -> None:
    checker = checked(source)
    assert checker.links <= checker.ids
    html = html_page(plan_page(source))
    assert "<script" not in html
    assert not re.search(r'(src|href)="(?!#)', html)
    text = "".join(checker.text)
    assert "Modalità diretta: 75 % della spesa con un massimo di € 100,00 per prestazione." in text
    assert source.hash in text


def test_texts_of_a_plan_are_escaped() -> None:
    source = read_plan(TEXT.replace('it: "Visite specialistiche"', 'it: "Visite <b> & altro"'))
    assert "Visite &lt;b&gt; &amp; altro" in html_page(plan_page(source))
    checked(source)


def test_what_has_no_sentence_is_written_key_by_key() -> None:
    lines = plain_lines(
        "Wallet",
        {
            "primary": {"amount": "150.00", "years": "5", "cite": "7.9", "rules": ["FNM-7.9-R36"]},
            "nursery": {"amount": "100.00", "from": "2023-07-01", "cite": "7.9", "rules": "FNM-7.9-R35"},
        },
    )
    assert [(one.text, one.margin) for one in lines] == [
        ("Wallet primary: amount: € 150,00; years: 5.", ("FNM-7.9-R36",)),
        ("Wallet nursery: amount: € 100,00; from: 01.07.2023.", ("FNM-7.9-R35",)),
    ]


def test_articles_are_ordered_as_in_the_circular() -> None:
    numbers = ["G", "3.10", "3.9", "7.1", "0", "plan", "3.11"]
    assert sorted(numbers, key=article_order) == ["plan", "0", "3.9", "3.10", "3.11", "7.1", "G"]


def test_the_json_schema_takes_the_plan_and_refuses_what_the_language_refuses() -> None:
    schema = plan_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    # As an editor reads it: YAML 1.2 has no dates.
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if not tag.endswith("timestamp")]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def faults(text: str) -> list[str]:
        return [one.message for one in validator.iter_errors(yaml.load(text, Loader=loader))]  # noqa: S506 (our file)

    assert faults(TEXT) == []
    for old, new in [
        ("reimbursement_rate: 65%", "reimbursement_rate: 0.65"),
        ("per_item: 90.00", "per_item: 90.005"),
        ("per_item: 90.00", "per_itm: 90.00"),
        ("per_item: 90.00", "per_item: -90.00"),
        ("kind: tariff", "kind: tarif"),
        ("method: half_up, ", ""),
    ]:
        assert old in TEXT
        assert faults(TEXT.replace(old, new, 1)), new
