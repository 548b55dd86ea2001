"""Which addresses lie in the public internet, whatever form they are written in."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

_LOW_32: Final = 0xFFFF_FFFF
_ISATAP: Final = (0x0000_5EFE, 0x0200_5EFE)
# The last 32 bits of each are an IPv4 address, to which a translator or a tunnel may carry the packet.
_WITH_IPV4_LAST: Final = tuple(
    IPv6Network(prefix)
    for prefix in (
        "::/96",  # IPv4-compatible, RFC 4291 § 2.5.5.1
        "::ffff:0:0/96",  # IPv4-mapped, RFC 4291 § 2.5.5.2
        "::ffff:0:0:0/96",  # IPv4-translated, RFC 2765 § 2.1
        "64:ff9b::/96",  # NAT64, RFC 6052 § 2.1
    )
)


def is_public(address: str) -> bool:
    """Say whether an address and every IPv4 address inside it are reachable by anybody.

    Source: RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo), RFC 5214 (ISATAP), RFC 4291 (mapped).
    """
    found = ip_address(address)
    if isinstance(found, IPv4Address):
        return _is_open(found)
    inside = tuple(_ipv4_inside(found))
    translated = any(found in network for network in _WITH_IPV4_LAST)
    # A translator's prefix says nothing of where the packet ends: the address inside does.
    return all(_is_open(one) for one in inside) and (translated or _is_open(found))


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _ipv4_inside(address: IPv6Address) -> Iterator[IPv4Address]:
    number = int(address)
    isatap = (number >> 32) & _LOW_32 in _ISATAP
    if isatap or any(address in network for network in _WITH_IPV4_LAST):
        yield IPv4Address(number & _LOW_32)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
