"""Find free ports on the loopback address, and name the program that uses a port."""

import socket

import psutil

from localstack.problem import StackProblem

HOST = "127.0.0.1"
AWS_PORT = 4566


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free(taken: set[int]) -> int:
    """A free port that is not in `taken`: ports chosen a moment ago, which their servers have not bound yet."""
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        if port not in taken:
            return port


def holder(port: int) -> str:
    """The program that listens on a port, such as "nginx (process 123)"; empty if the system does not reveal it."""
    try:
        for connection in psutil.net_connections("tcp"):
            if (
                connection.status == psutil.CONN_LISTEN
                and connection.laddr
                and connection.laddr.port == port
                and connection.pid
            ):
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""


def fixed(port: int, make: str) -> int:
    """Return the port if it is free; otherwise raise StackProblem, which names the program that uses it."""
    if is_free(port):
        return port
    program = holder(port)
    raise StackProblem(
        f"Port {port} is in use{f' by {program}' if program else ''}: stop that program, "
        f"or choose another port for the AWS emulator with `{make} up AWS_PORT={port + 1}`."
    )


def parse(text: str) -> int:
    """The number in AWS_PORT; raises StackProblem unless it is from 1024 to 65535."""
    if text.isdecimal() and 1024 <= int(text) <= 65535:
        return int(text)
    raise StackProblem(f"AWS_PORT={text} is not a valid port: use a number from 1024 to 65535.")
