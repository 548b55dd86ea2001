"""The two check digits of an Italian account number.

Source: ISO 13616 (the IBAN's check digits) and ABI's BBAN: CIN, ABI, CAB, account; the same rules hold in San Marino.
"""

import re

_FORM = re.compile(r"(?:IT|SM)([0-9]{2})([A-Z])([0-9]{10}[A-Z0-9]{12})")
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
# Letters of an account count like their place in the alphabet, at odd and at even places.
_AT_ODD = {**{str(n): _ODD[n] for n in range(10)}, **{chr(65 + n): _ODD[n] for n in range(26)}}
_AT_EVEN = {**{str(n): n for n in range(10)}, **{chr(65 + n): n for n in range(26)}}
_DIGITS = {ord(letter): str(10 + n) for n, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def is_italian_iban(iban: str) -> bool:
    """Say whether an IBAN of Italy or San Marino has its form, its check digits and its CIN."""
    match = _FORM.fullmatch(iban)
    if match is None:
        return False
    digits, cin, account = match.groups()
    total = sum(map(_AT_ODD.__getitem__, account[::2])) + sum(map(_AT_EVEN.__getitem__, account[1::2]))
    # 00, 01 and 99 leave the same remainder as 97, 98 and 02, but are never given out.
    if digits in {"00", "01", "99"} or total % 26 != ord(cin) - 65:
        return False
    return int((iban[4:] + iban[:4]).translate(_DIGITS)) % 97 == 1
