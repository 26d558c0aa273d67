"""E-mail addresses in the one form in which they are stored: all spellings of an address are one account."""

import re
import unicodedata

MAX_LENGTH = 320
"""Characters of an address: 64 and 255 bytes around the @ (RFC 5321, section 4.5.3.1)."""
_MAX_LOCAL, _MAX_DOMAIN = 64, 255
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


def email_address(text: str) -> str:
    """An address in lower case and NFC, its domain in ASCII (RFC 5891). Raises ValueError, which quotes nothing of it.

    Addresses that differ only in case are one mailbox in practice (RFC 5321, section 2.4).
    """
    address = unicodedata.normalize("NFC", text.strip().lower())
    local, _, domain = address.rpartition("@")
    if not local or "@" in local or not address.isprintable() or any(map(str.isspace, address)):
        raise ValueError("must be an e-mail address, such as ada@example.com")
    if len(local.encode()) > _MAX_LOCAL:
        raise ValueError(f"must have at most {_MAX_LOCAL} bytes before the @")
    return f"{local}@{_ascii_domain(domain)}"


def _ascii_domain(domain: str) -> str:
    ascii_domain = domain if domain.isascii() else _encoded(domain)
    if len(ascii_domain) > _MAX_DOMAIN or not _DOMAIN.fullmatch(ascii_domain):
        raise ValueError("must have the name of a domain after the @")
    return ascii_domain


def _encoded(domain: str) -> str:
    import idna  # only few addresses need its tables

    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:  # a ValueError whose text quotes the domain
        return ""
