"""The pages that e-mails link to: a friendly word where no portal is installed, else the portal."""

import re
from pathlib import Path

import httpx
import pytest
from gateway_rig import Services, running_envoy, settings_for
from test_requests import is_problem

from render import HERE, load_table

MAILS = HERE.parent / "services/notify-svc/src/notify_svc/templates"
PAGES = ["/pratiche", "/pratiche/0199-7", "/appuntamenti", "/appuntamenti/1?from=mail", "/profilo/iban"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_in_both_languages_where_one_is(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for words in ("Il portale degli iscritti non è installato qui", "portal is not installed here", 'href="/docs/"'):
        assert words in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert [link for link in re.findall(r'href="([^"]+)"', answer.text) if http.get(link).status_code != 200] == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/pratiche"), ("GET", "/praticherie"), ("GET", "/Pratiche")])
def test_only_reading_only_these_pages(http: httpx.Client, method: str, path: str) -> None:
    assert is_problem(http.request(method, path), 404, "not_found")


def test_every_link_in_an_e_mail_leads_to_a_page() -> None:
    texts = [file.read_text(encoding="utf-8") for file in MAILS.rglob("*.yaml")]
    linked = {path for text in texts for path in re.findall(r"\bpath: \"?(/[a-z]+)", text)}
    assert linked
    assert linked <= set(load_table(HERE / "routes.yaml").portal)


@pytest.mark.parametrize(
    ("portal", "leads_to"),
    [
        ("https://portale.example.org", "https://portale.example.org/pratiche/7?a=b"),
        ("http://127.0.0.1:5173/soci/", "http://127.0.0.1:5173/soci/pratiche/7?a=b"),
    ],
)
def test_an_installed_portal_gets_its_visitors(
    services: Services, openapi: Path, tmp_path: Path, portal: str, leads_to: str
) -> None:
    with running_envoy(tmp_path, settings_for(services, tmp_path / "docs", openapi, portal_url=portal)) as gateway:
        answer = gateway.client.get("/pratiche/7?a=b")
        assert (answer.status_code, answer.headers["location"]) == (302, leads_to)
        assert gateway.client.get("/pratiche").headers["location"] == leads_to.removesuffix("/7?a=b")
