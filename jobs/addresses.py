"""Which addresses a URL may lead to that a client names: those of the internet, unless the operator allows a host."""

import ipaddress
import socket
from collections.abc import Sequence

from jobs.errors import JobError


class HostUnknown(JobError):
    """A host that cannot be found."""


class NotPublic(JobError):
    """A host of which one address is not public."""


def address_of(host: str, port: int, allowed: Sequence[str]) -> str:
    """An address of the host to connect to; the name is not to be asked for again. Raises `HostUnknown`, `NotPublic`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise HostUnknown(f"the host {host[:100]!r} cannot be found") from None
    addresses = [str(entry[4][0]) for entry in found]
    if host not in allowed and not all(map(is_public, addresses)):
        raise NotPublic(f"the host {host[:100]!r} is not public")
    return addresses[0]


def is_public(text: str) -> bool:
    """Whether an address is one of the internet, reached as itself and through no translation into IPv4."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if any(address in network for network in _NOT_PUBLIC if network.version == address.version):
        return False
    # ISATAP: an IPv4 address in the lower half.
    return address.version == 4 or (address in _UNICAST and address.packed[8:12] not in _ISATAP)


_UNICAST = ipaddress.ip_network("2000::/3")
_ISATAP = (b"\0\0\x5e\xfe", b"\x02\0\x5e\xfe")
# Beside what IANA lists as not global: addresses that clouds answer at themselves (Azure, Oracle), relays and translations that
# lead to an IPv4 address (6to4, Teredo), and networks that Python's tables may be too old for.
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "100.64.0.0/10", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
        ),
    )
)  # fmt: skip
