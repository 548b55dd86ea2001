"""The euro foreign exchange reference rates as the European Central Bank publishes them in XML."""

from collections.abc import Iterator

from lxml import etree

from rules_svc.domain.errors import RatesUnreadable


def xml_rates(content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Read the day, the last 90 days or the history: each day as written, and its rates by currency.

    Shapes: a Cube with `time` holds Cubes with `currency` and `rate`.
    Raises: RatesUnreadable.
    """
    days = [cube for cube in _parsed(content).iter("{*}Cube") if "time" in cube.attrib]
    if not days:
        raise RatesUnreadable("the XML holds no day of rates")
    for day in days:
        yield (
            str(day.get("time")),
            {str(one.get("currency")): str(one.get("rate")) for one in day.iterchildren("{*}Cube")},
        )


def _parsed(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise RatesUnreadable("the XML defines entities of its own")
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RatesUnreadable(f"this is no XML: {error}") from error
