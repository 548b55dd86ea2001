"""The API reference at /docs and the merged document at /openapi.json."""

import json

import httpx
import pytest
import swagger_ui_bundle


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/", "text/html; charset=utf-8"),
        ("/docs/oauth2-redirect.html", "text/html; charset=utf-8"),
        ("/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("/docs/mutua.js", "text/javascript; charset=utf-8"),
        ("/docs/swagger-ui.css", "text/css; charset=utf-8"),
        ("/docs/mutua.css", "text/css; charset=utf-8"),
        ("/docs/mutua.svg", "image/svg+xml"),
        ("/openapi.json", "application/json"),
    ],
)
def test_files_are_served_to_all_with_their_type(http: httpx.Client, path: str, content_type: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert "no-store" not in answer.headers["cache-control"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_large_file_arrives_as_it_is(http: httpx.Client) -> None:
    vendor = swagger_ui_bundle.swagger_ui_path / "swagger-ui-bundle.js"
    assert http.get("/docs/swagger-ui-bundle.js").content == vendor.read_bytes()


def test_page_names_the_product_and_loads_only_what_is_served(http: httpx.Client) -> None:
    page = http.get("/docs/").text
    assert "<title>Mutua API</title>" in page
    links = [part.split('"')[0] for part in page.replace('src="', 'href="').split('href="')[1:]]
    assert len(links) >= 6
    assert [link for link in links if http.get(link).status_code != 200] == []


def test_log_in_is_preconfigured(http: httpx.Client) -> None:
    script = http.get("/docs/mutua.js").text
    for part in (
        'url: "/openapi.json"',
        'clientId: "mutua-spa"',
        "usePkceWithAuthorizationCodeGrant: true",
        "deepLinking: true",
    ):
        assert part in script
    schemes = http.get("/openapi.json").json()["components"]["securitySchemes"]
    flow = schemes["login"]["flows"]["authorizationCode"]
    assert http.get(flow["authorizationUrl"]).json()["service"] == "identity"
    assert http.post(flow["tokenUrl"]).json()["service"] == "identity"


def test_document_is_served_as_it_was_merged(http: httpx.Client) -> None:
    document = http.get("/openapi.json")
    assert document.json()["openapi"].startswith("3.0.")
    assert json.loads(document.content)["servers"] == [{"url": "/", "description": "This gateway"}]
