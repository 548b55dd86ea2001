"""Every template in both languages, from its sample."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from jinja2 import UndefinedError

from notify_svc.adapters.mail_templates import TEMPLATES, MailTemplates
from notify_svc.domain.errors import TemplateNotFound
from notify_svc.domain.mail import RenderedMail

NAMES = sorted(path.stem for path in (TEMPLATES / "fnm" / "it").glob("*.yaml"))
LANGUAGES = ["it", "en"]
HEALTH_WORDS = re.compile(
    r"cardiolog|dentist|odonto|visita|visit\b|diagnos|patolog|terapi|therap|illness|malatt|\barticle 3|articolo 3",
    re.IGNORECASE,
)


class Outline(HTMLParser):
    """The structure that a screen reader walks through."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, list[dict[str, str | None]]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.setdefault(tag, []).append(dict(attrs))


def rendered(templates: MailTemplates, name: str, language: str, **changes: object) -> RenderedMail:
    data = {**templates.sample(name), **changes}
    return templates.render(fund="fnm", name=name, language=language, first_name="Giulia", data=data)


def test_both_languages_have_the_same_templates() -> None:
    assert sorted(path.stem for path in (TEMPLATES / "fnm" / "en").glob("*.yaml")) == NAMES
    assert len(NAMES) == 18


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
class TestEveryTemplate:
    def test_says_what_happened_and_what_to_do(self, templates: MailTemplates, name: str, language: str) -> None:
        mail = rendered(templates, name, language)
        nextly = {"it": "Che cosa fare ora", "en": "What to do now"}[language]
        for form in (mail.html, mail.text):
            assert "Giulia" in form
            assert "Cassa Integrativa FNM" in form
            assert "https://portal.example/" in form
        assert nextly in mail.html
        assert nextly.upper() in mail.text
        assert 20 < len(mail.subject) < 90
        assert "\n" not in mail.subject

    def test_leaves_no_template_syntax_and_no_python_value(
        self, templates: MailTemplates, name: str, language: str
    ) -> None:
        mail = rendered(templates, name, language)
        for form in (mail.subject, mail.text, mail.html):
            assert not re.search(r"{{|}}|{%|%}|\bNone\b|\bTrue\b|Undefined", form)
            assert not re.search(r"\d{4}-\d{2}-\d{2}[T ]", form)

    def test_a_screen_reader_finds_its_way(self, templates: MailTemplates, name: str, language: str) -> None:
        outline = Outline(rendered(templates, name, language).html)
        assert outline.attributes["html"][0]["lang"] == language
        assert outline.tags.count("h1") == 1
        assert "h2" in outline.tags
        layout_tables = [table for table in outline.attributes["table"] if table.get("role") != "presentation"]
        assert all(header.get("scope") == "row" for header in outline.attributes.get("th", []))
        assert len(layout_tables) == ("th" in outline.tags)
        assert "img" not in outline.tags
        assert not {"script", "link", "iframe"} & set(outline.tags)

    def test_loads_nothing_from_elsewhere(self, templates: MailTemplates, name: str, language: str) -> None:
        html = rendered(templates, name, language).html
        addresses = set(re.findall(r"https?://[^\"'\s<)]+", html))
        known = ("https://portal.example/", "http://www.w3.org/1999/xhtml")
        assert all(address.startswith(known) for address in addresses), addresses

    def test_names_no_illness_and_no_service(self, templates: MailTemplates, name: str, language: str) -> None:
        mail = rendered(templates, name, language)
        assert not HEALTH_WORDS.search(mail.subject)
        assert not HEALTH_WORDS.search(mail.text)

    def test_needs_every_value_that_it_names(self, templates: MailTemplates, name: str, language: str) -> None:
        with pytest.raises(UndefinedError):
            templates.render(fund="fnm", name=name, language=language, first_name="Giulia", data={})

    def test_fits_a_phone_without_being_cut_by_a_mail_program(
        self, templates: MailTemplates, name: str, language: str
    ) -> None:
        mail = rendered(templates, name, language)
        # Gmail cuts a message above 102 kB.
        assert len(mail.html.encode()) < 60_000
        assert all(len(line) <= 120 for line in mail.text.splitlines())


def test_italian_amounts_and_days(templates: MailTemplates) -> None:
    text = rendered(templates, "claim_settled", "it").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "1.090,00 €" in text
    assert "60,00 €" in text
    assert "20 novembre 2026" in text


def test_the_appointment_is_shown_in_italian_time(templates: MailTemplates) -> None:
    # 07:40 UTC in November is 08:40 in Rome; in July it is 09:40.
    assert "08:40" in rendered(templates, "booking_authorised", "it").text
    summer = rendered(templates, "booking_authorised", "it", appointment_at="2026-07-01T07:40:00Z")
    assert "09:40" in summer.text


def test_a_day_just_after_midnight_in_rome(templates: MailTemplates) -> None:
    late = rendered(templates, "booking_authorised", "en", appointment_at="2026-11-30T23:30:00Z")
    assert "1 December 2026" in late.subject


def test_values_are_escaped_in_html_and_plain_in_text(templates: MailTemplates) -> None:
    mail = rendered(templates, "booking_authorised", "it", facility_name="<b>Rossi & Figli</b>")
    assert "<b>Rossi" not in mail.html
    assert "&lt;b&gt;Rossi &amp; Figli" in mail.html
    assert "<b>Rossi & Figli</b>" in mail.text


def test_a_value_cannot_be_a_template(templates: MailTemplates) -> None:
    mail = rendered(templates, "booking_authorised", "it", facility_name="{{ fund.email }}")
    assert "{{ fund.email }}" in mail.text


def test_missing_documents_are_named_without_the_illness(templates: MailTemplates) -> None:
    missing = [{"document": "prescription"}, {"document": "bes_report"}]
    text = rendered(templates, "claim_suspended", "it", missing=missing).text
    assert "- la prescrizione del medico" in text
    assert "- un altro documento" in text
    assert "bes_report" not in text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("iban_missing", "non c'è un IBAN"),
        ("iban_rejected", "ha rifiutato l'IBAN"),
        ("iban_unverified", "non è ancora verificato"),
        ("iban_mismatch", "non è intestato a te"),
    ],
)
def test_a_held_payment_says_why(templates: MailTemplates, reason: str, words: str) -> None:
    text = " ".join(rendered(templates, "payout_held", "it", reason=reason).text.split())
    assert words in text
    in_english = rendered(templates, "payout_held", "en", reason=reason).text
    others = {one for one in ("iban_missing", "iban_rejected", "iban_unverified", "iban_mismatch") if one != reason}
    assert all(in_english != rendered(templates, "payout_held", "en", reason=one).text for one in others)


@pytest.mark.parametrize(("delta", "words"), [(8200, "aggiungiamo la differenza"), (-8200, "togliamo la differenza")])
def test_a_correction_says_in_which_direction_it_goes(templates: MailTemplates, delta: int, words: str) -> None:
    text = rendered(templates, "claim_corrected", "it", delta_cents=delta).text
    assert words in " ".join(text.split())
    assert "-" not in text.partition("82,00")[0][-3:]


def test_a_returned_transfer_asks_for_a_new_iban(templates: MailTemplates) -> None:
    mail = rendered(templates, "payout_returned", "it")
    assert "serve un nuovo IBAN" in mail.subject
    assert "https://portal.example/profilo/iban" in mail.text
    assert "Il conto risulta chiuso" in mail.text


def test_an_unknown_fund_or_name_is_refused(templates: MailTemplates) -> None:
    with pytest.raises(TemplateNotFound):
        templates.require("elsewhere", "claim_settled")
    with pytest.raises(TemplateNotFound):
        templates.require("fnm", "nothing")


def test_the_version_changes_with_the_words(tmp_path: Path) -> None:
    for source in TEMPLATES.rglob("*.*"):
        copy = tmp_path / source.relative_to(TEMPLATES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    before = MailTemplates(public_url="https://a", folder=tmp_path).names("fnm")
    changed = tmp_path / "fnm" / "it" / "claim_settled.yaml"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    after = MailTemplates(public_url="https://a", folder=tmp_path).names("fnm")
    assert before["claim_settled"]["it"] != after["claim_settled"]["it"]
    assert before["claim_settled"]["en"] == after["claim_settled"]["en"]
    assert before["claim_rejected"] == after["claim_rejected"]


def copied(folder: Path, *changes: tuple[str, str]) -> MailTemplates:
    for source in TEMPLATES.rglob("*.*"):
        copy = folder / source.relative_to(TEMPLATES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(source.read_bytes())
    fund = folder / "fnm" / "fund.yaml"
    for before, after in changes:
        text = fund.read_text(encoding="utf-8")
        assert before in text
        fund.write_text(text.replace(before, after), encoding="utf-8")
    return MailTemplates(public_url="https://portal.example", folder=folder)


def test_a_fund_may_keep_sums_out_of_its_mails(tmp_path: Path) -> None:
    discreet = copied(tmp_path, ("amounts_in_mails: true", "amounts_in_mails: false"))
    for name in NAMES:
        for language in LANGUAGES:
            mail = rendered(discreet, name, language)
            told = mail.subject + mail.text + mail.html
            assert not re.search(r"142,00|31,50|1\.090,00|1\.150,00|60,00", told), (name, language)
            assert len(mail.subject) > 20


def test_only_a_message_that_exists_can_be_optional(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such message"):
        copied(tmp_path, ("[payout_sent,", "[payout_send,"))


def contrast(foreground: str, background: str) -> float:
    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(foreground), luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_can_be_read() -> None:
    fund = yaml.safe_load((TEMPLATES / "fnm" / "fund.yaml").read_text(encoding="utf-8"))["color"]
    layout = (TEMPLATES / "layout.mjml").read_text(encoding="utf-8")
    chips = re.findall(r"\.chip-\w+ { background: (#\w{6}); color: (#\w{6})", layout)
    pairs = [("#ffffff", fund), ("#e3efec", fund), ("#55625e", "#ffffff"), ("#55625e", "#f3f1ea"), *chips]
    assert len(chips) == 3
    assert all(contrast(front, back) >= 4.5 for front, back in pairs)
    for color in ("#ffffff", "#e3efec", "#55625e"):
        assert color in layout


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_check_up_without_an_appointment_says_the_last_day(templates: MailTemplates, language: str) -> None:
    mail = rendered(templates, "check_up_ordered", language, visit_at=None, place=None)
    assert {"it": "fissare il giorno", "en": "fix the day"}[language] in mail.text
    assert {"it": "Dove", "en": "Where"}[language] not in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_consent_that_is_taken_back_is_told_as_such(templates: MailTemplates, language: str) -> None:
    mail = rendered(templates, "filing_consent_changed", language, state="withdrawn", helper="delegate")
    assert {"it": "revocato", "en": "withdrawn"}[language] in mail.subject
    assert {"it": "avevi delegato", "en": "had delegated"}[language] in mail.text
