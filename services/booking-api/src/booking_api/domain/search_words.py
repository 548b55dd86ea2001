"""Words by which facilities are found: without case, accents and punctuation."""

import re
import unicodedata

MOST_WORDS = 4


def plain(text: str) -> str:
    """Return a text as it is compared: `Cantù` and `CANTU` are the same town."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def surname_key(surname: str) -> str:
    """Return a surname as it is found: `D'Angelò` as `dangelo`."""
    return plain(surname).replace(" ", "")


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(plain(text).split())


def wanted_words(text: str) -> tuple[str, ...]:
    """Return what a search asks for: each is the beginning of a word, the longest (the rarest) first."""
    return tuple(sorted(words_of(text), key=lambda word: (-len(word), word))[:MOST_WORDS])
