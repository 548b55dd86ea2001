"""The code that the member shows at the facility."""

import re
import secrets

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: a code is read aloud and typed at a desk.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
_CODE = re.compile(rf"^AUT-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}$")


_IN_TEXT = re.compile(rf"\bAUT[\s-]*([{ALPHABET}]{{4}})[\s-]*([{ALPHABET}]{{4}})\b", re.IGNORECASE)


def codes_in(text: str) -> list[str]:
    """Return the codes that a text names, each once, in their order."""
    return list(dict.fromkeys(f"AUT-{one.upper()}-{two.upper()}" for one, two in _IN_TEXT.findall(text)))


def new_code() -> str:
    """Draw a code that cannot be guessed (23 ** 8 of them, and a facility can try only its own)."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"AUT-{drawn[:4]}-{drawn[4:]}"


def read_code(text: str) -> str | None:
    """Return the code as it is stored, however it was typed, or None when it cannot be one."""
    bare = re.sub(r"[\s-]", "", text.upper()).removeprefix("AUT")
    code = f"AUT-{bare[:4]}-{bare[4:]}"
    return code if _CODE.match(code) else None
