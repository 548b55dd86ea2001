"""The templates as files, compiled once when a process starts.

One layout (MJML for HTML, one for plain text) gives every message the same look; a file per fund, language and
message holds its words. HTML and text are made from the same words, so they cannot drift apart.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mrml
import yaml
from jinja2 import Environment, StrictUndefined, Template, pass_context
from jinja2.runtime import Context

from notify_svc.adapters.text_formats import clock_time, day, euro, wrap
from notify_svc.domain.errors import TemplateNotFound
from notify_svc.domain.mail import LANGUAGES, RenderedMail

TEMPLATES = Path(__file__).parents[1] / "templates"
_VERSION_DIGITS = 12


@pass_context
def _day(context: Context, value: str) -> str:
    return day(value, context["language"])


@pass_context
def _document(context: Context, kind: str) -> str:
    names: Mapping[str, str] = context["labels"]["documents"]
    return names.get(kind, names["other"])


def _environment(*, autoescape: bool) -> Environment:
    environment = Environment(
        autoescape=autoescape,  # noqa: S701 (words become plain text; the HTML layout escapes them)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"eur": euro, "day": _day, "time": clock_time, "document": _document, "wrap": wrap}
    return environment


# The words of a message become plain text here, and are escaped once, where the HTML layout puts them in.
_WORDS = _environment(autoescape=False)
_HTML = _environment(autoescape=True)


def _compile(node: Any) -> Any:
    """Turn every text of a content file into a compiled template, or the words that it always says; keep its shape."""
    if isinstance(node, str):
        return _WORDS.from_string(node) if "{" in node else _one_space(node)
    if isinstance(node, list):
        return [_compile(entry) for entry in node]
    return {key: _compile(value) for key, value in node.items()}


def _fill(node: Any, variables: Mapping[str, Any]) -> Any:
    """Write out every text; blanks and line ends collapse, as in HTML."""
    if isinstance(node, Template):
        return _one_space(node.render(variables))
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return [_fill(entry, variables) for entry in node]
    return {key: _fill(value, variables) for key, value in node.items()}


def _one_space(text: str) -> str:
    return " ".join(part for part in text.split(" ") if part).strip()


@dataclass(frozen=True, slots=True)
class _Source:
    """The words of one message in one language."""

    words: Any
    version: str


@dataclass(frozen=True, slots=True)
class _Fund:
    facts: Mapping[str, Any]
    sources: Mapping[tuple[str, str], _Source]
    optional: frozenset[str]


class MailTemplates:
    """Every template of every fund, ready to write messages."""

    def __init__(self, *, public_url: str, folder: Path = TEMPLATES) -> None:
        self._public_url = public_url.rstrip("/")
        self._labels = {name: yaml.safe_load(_read(folder / f"{name}.yaml")) for name in LANGUAGES}
        self._greetings = {name: _WORDS.from_string(labels["greeting"]) for name, labels in self._labels.items()}
        self._samples = yaml.safe_load(_read(folder / "samples.yaml"))
        layouts = _read(folder / "layout.mjml"), _read(folder / "layout.txt")
        self._html = _HTML.from_string(_mjml_to_html(layouts[0]))
        self._text = _WORDS.from_string(layouts[1])
        self._funds = {
            path.parent.name: _load_fund(path.parent, shared="".join(layouts))
            for path in sorted(folder.glob("*/fund.yaml"))
        }

    def names(self, fund: str) -> Mapping[str, Mapping[str, str]]:
        """Return the fund's template names with the version in each language."""
        versions: dict[str, dict[str, str]] = {}
        for (name, language), source in sorted(self._sources(fund).items()):
            versions.setdefault(name, {})[language] = source.version
        return versions

    def require(self, fund: str, name: str) -> None:
        """Refuse a message that could never be written.

        Raises: TemplateNotFound.
        """
        for language in LANGUAGES:
            self._source(fund, name, language)

    def optional(self, fund: str) -> frozenset[str]:
        """Return the messages of the fund that a member may do without."""
        return self._funds[fund].optional if fund in self._funds else frozenset()

    def title(self, name: str, language: str) -> str:
        """Return what a kind of message is called."""
        return str(self._labels[language]["kinds"][name])

    def sender_name(self, fund: str) -> str:
        """Return the name that a message of the fund is from."""
        return str(self._funds[fund].facts["name"])

    def reply_to(self, fund: str) -> str:
        """Return the address where the fund reads answers."""
        return str(self._funds[fund].facts["email"])

    def sample(self, name: str) -> Mapping[str, Any]:
        """Return made-up data to preview a template with."""
        data: Mapping[str, Any] = self._samples[name]
        return data

    def subject(self, *, fund: str, name: str, language: str, data: Mapping[str, Any]) -> str:
        """Write only the subject line, for lists."""
        words = self._source(fund, name, language).words
        return _line(_fill(words["subject"], self._variables(fund, language, "", data)))

    def render(self, *, fund: str, name: str, language: str, first_name: str, data: Mapping[str, Any]) -> RenderedMail:
        """Write a message out.

        Raises: TemplateNotFound, jinja2.UndefinedError when the data lack something that the template names.
        """
        source = self._source(fund, name, language)
        variables = self._variables(fund, language, first_name, data)
        mail = self._mail(source.words, variables)
        shared = variables | {"mail": mail}
        return RenderedMail(
            subject=mail["subject"],
            html=self._html.render(shared),
            text=self._text.render(shared).strip() + "\n",
            version=source.version,
        )

    def _sources(self, fund: str) -> Mapping[tuple[str, str], _Source]:
        return self._funds[fund].sources if fund in self._funds else {}

    def _source(self, fund: str, name: str, language: str) -> _Source:
        source = self._sources(fund).get((name, language))
        if source is None:
            raise TemplateNotFound(f"the fund has no template {name} in {language}")
        return source

    def _variables(self, fund: str, language: str, first_name: str, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **data,
            "fund": self._funds[fund].facts,
            "amounts": self._funds[fund].facts["amounts_in_mails"],
            "labels": self._labels[language],
            "language": language,
            "first_name": first_name,
        }

    def _mail(self, words: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
        filled = _fill(words, variables)
        highlight = filled.get("highlight")
        return {
            **filled,
            "subject": _line(filled["subject"]),
            "greeting": self._greetings[variables["language"]].render(variables),
            "highlight": highlight if highlight and highlight["value"] else None,
            "checklist": [line.strip() for line in filled.get("checklist", "").splitlines() if line.strip()],
            # A fact (or a highlight) without a value says nothing: a template empties it where it does not apply.
            "facts": [fact for fact in filled.get("facts", []) if fact["value"]],
            "notes": filled.get("notes", []),
            "button": filled["button"]["label"],
            "url": self._public_url + filled["button"]["path"],
        }


def _line(text: str) -> str:
    """Put a text on one line: a header field may hold no line end."""
    return " ".join(text.split())


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _mjml_to_html(layout: str) -> str:
    output = mrml.to_html(layout)
    if output.warnings:
        raise ValueError(f"layout.mjml: {output.warnings}")
    html: str = output.content
    return html


def _load_fund(folder: Path, *, shared: str) -> _Fund:
    fund_text = _read(folder / "fund.yaml")
    sources: dict[tuple[str, str], _Source] = {}
    for language in LANGUAGES:
        labels_text = _read(folder.parent / f"{language}.yaml")
        for path in sorted((folder / language).glob("*.yaml")):
            text = _read(path)
            digest = hashlib.sha256(f"{shared}\0{fund_text}\0{labels_text}\0{text}".encode()).hexdigest()
            sources[path.stem, language] = _Source(_compile(yaml.safe_load(text)), digest[:_VERSION_DIGITS])
    facts = yaml.safe_load(fund_text)
    optional = frozenset(facts["optional_messages"])
    unknown = optional - {name for name, _language in sources}
    if unknown:
        raise ValueError(f"{folder.name}/fund.yaml: no such message: {sorted(unknown)}")
    return _Fund(facts, sources, optional)
