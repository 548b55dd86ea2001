"""Recognise certified mail (PEC), to which credentials cannot be sent."""

import re

# Domains of the great providers, and the words by which the others name theirs.
_PROVIDERS = frozenset(
    {"legalmail.it", "arubapec.it", "postecert.it", "pecmail.it", "mypec.eu", "sicurezzapostale.it", "pecimprese.it"}
)
_WORD = re.compile(r"(^|[.-])(pec|postacert|postacertificata|legalmail|cert)([.-]|$)")


def is_certified_mail(address: str) -> bool:
    """Say whether an address is one of certified mail, as far as its domain shows it.

    Source: FASCHIM e-mail of 2023-02-13, "non possiamo scrivere alle PEC"; reading AMB-K11.
    """
    domain = address.rpartition("@")[2].casefold()
    return bool(_WORD.search(domain)) or any(domain == one or domain.endswith("." + one) for one in _PROVIDERS)
