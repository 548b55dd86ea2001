import pytest

from booking_api.domain.public_address import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:0:10.1.2.3",
        "64:ff9b::169.254.169.254",
        "64:ff9b::a01:203",
        "64:ff9b:1::808:808",
        "2002:a01:203::1",
        "2001:0:808:808:0:0:f5fe:fdfc",
        "2a00:1450:4002:400::5efe:10.1.2.3",
        "2a00:1450:4002:400:200:5efe:a01:203",
    ],
)
def test_no_private_address_hides_in_another_form(address: str):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2a00:1450:4002:400::200e", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"]
)
def test_the_public_internet_is_reached_in_every_form(address: str):
    assert is_public(address)
