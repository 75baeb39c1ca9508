"""Ports that stay free until they are used."""

from pathlib import Path

from actors.loopback import free_ports, is_free


def test_free_ports_are_none_that_the_system_gives_out_by_itself() -> None:
    first_given_out = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])

    ports = free_ports(20)

    assert len(set(ports)) == 20
    assert all(port < first_given_out and is_free("127.0.0.1", port) for port in ports)
