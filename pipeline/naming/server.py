"""Ask a language model at an OpenAI-compatible address: one question, one answer.

Built on http.client alone, which follows no redirect and knows no proxy: what is asked goes to the
address that was given and nowhere else. What goes wrong there is a NoAnswer, never an error.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv6Address, ip_address
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import UsageError
from pipeline.settings import NamingSettings

KEY = "CROSSCURRENT_NAMES_KEY"  # the environment's name for the address's key
MOST_BYTES = 1_000_000  # of an answer: a phrase needs a thousand
PORTS = {"http": 80, "https": 443}
CHAT = "/chat/completions"


class NoAnswer(Exception):  # noqa: N818 - nobody is told of it as an error
    """An address gave no answer: the message says why, as the end of a sentence.

    `last` tells that others asked there would fare alike, so that nobody waits for them.
    """

    def __init__(self, why: str, last: bool = True) -> None:
        super().__init__(why)
        self.last = last


@dataclass(frozen=True)
class Address:
    """Where a model is asked: the parts of an address such as http://localhost:11434/v1."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """Name host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def read_address(text: str) -> Address:
    """Read an address. Raises UsageError, which never repeats what may be a password."""
    form = "give one such as http://localhost:11434/v1"
    try:
        parts = urlsplit(text.strip())
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        raise UsageError(f"What --names-from got is no address; {form}.") from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise UsageError(
            f"An address with a name, password, question mark or # is refused, since run.json "
            f"keeps it; {form}, and put a key into the environment as {KEY}."
        )
    plain = parts.path.isascii() and parts.path.isprintable() and " " not in parts.path
    if scheme not in PORTS or not host or not plain:
        raise UsageError(f"--names-from {text} is refused, for it is no address; {form}.")
    path = parts.path.rstrip("/").removesuffix(CHAT)
    return Address(scheme, host, PORTS[scheme] if port is None else port, path)


def check(settings: NamingSettings) -> Address:
    """Read the address of some settings, and refuse one beyond this machine that isn't allowed.

    Raises UsageError, also for a key that can't be sent and for a model's name that lacks.
    """
    address = read_address(settings.address)
    key()
    if not settings.model.isprintable():
        raise UsageError("What --names-model got is no model's name; give it as the address does.")
    if is_here(address.host):
        return address
    if not settings.allow_remote:
        raise UsageError(
            f"--names-from {settings.address} is refused, for {address.host} isn't this machine "
            "and students' sentences would leave it; give an address of this machine, or add "
            "--allow-remote if they may."
        )
    if not settings.model:
        raise UsageError(
            f"{address.host} isn't this machine and isn't asked which models it has; name one with "
            "--names-model."
        )
    return address


def is_here(host: str) -> bool:
    """Tell whether a host is this machine: all that its name leads to are loopback addresses."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return False
    return bool(found) and all(is_loopback(str(each[4][0])) for each in found)


def is_loopback(number: str) -> bool:
    """Tell whether a numeric address is of 127.0.0.0/8 or ::1."""
    with suppress(ValueError):
        found = ip_address(number)
        inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
        return (inner or found).is_loopback
    return False


def key() -> str:
    """Take the key from the environment, "" without one. Raises UsageError, which hides it."""
    found = os.environ.get(KEY, "").strip()
    if not (found.isascii() and found.isprintable()) or " " in found:
        raise UsageError(f"{KEY} in the environment is no key: it has other signs than keys have.")
    return found


def models(address: Address, settings: NamingSettings) -> list[str]:
    """List the models that an address has. Raises NoAnswer."""
    told = exchange(address, "GET", "/models", None, settings)
    rows = told.get("data") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise NoAnswer("doesn't say which models it has; name one with --names-model")
    return [whole(str(row["id"])) for row in rows if isinstance(row, dict) and row.get("id")]


def chat(address: Address, body: dict[str, Any], settings: NamingSettings) -> str:
    """Send the body of a chat and give what the model said. Raises NoAnswer."""
    told = exchange(address, "POST", CHAT, body, settings)
    try:
        said = told["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        said = None
    if not isinstance(said, str):
        raise NoAnswer("sent something that is no answer of a chat", last=False)
    return whole(said)


def whole(text: str) -> str:
    """Replace half a character, which JSON may hold and no file does."""
    return text.encode("utf-8", "replace").decode("utf-8")


def exchange(
    address: Address,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    settings: NamingSettings,
) -> Any:
    """Send a request and read the JSON that comes back, all within `settings.seconds`.

    Raises NoAnswer for whatever goes wrong. Nothing is sent before it is sure that the other end is
    this machine, unless others are allowed: a name may lead elsewhere since it was looked up.
    """
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if secret := key():
        headers["Authorization"] = f"Bearer {secret}"
    late: list[bool] = []
    wires: list[socket.socket] = []
    connection = kind(address.host, address.port, timeout=settings.seconds)

    def cut() -> None:
        late.append(True)
        for wire in wires:  # an answer that drips in would otherwise never be late
            with suppress(OSError):
                socket.socket.shutdown(wire, socket.SHUT_RDWR)

    clock = Timer(settings.seconds, cut)
    clock.daemon = True
    clock.start()
    try:
        with closing(connection):
            connection.connect()
            wires.append(connection.sock)
            if not (settings.allow_remote or is_loopback(connection.sock.getpeername()[0])):
                raise NoAnswer("leads to another machine than this one")
            sent = None if body is None else json.dumps(body).encode()
            connection.request(method, address.path + path, body=sent, headers=headers)
            response = connection.getresponse()
            status, raw = response.status, response.read(MOST_BYTES + 1)
        if late:
            raise TimeoutError
        return understood(status, raw)
    except (OSError, HTTPException, ValueError) as broken:
        raise NoAnswer("took too long" if late else why(broken)) from None
    finally:
        clock.cancel()


def understood(status: int, raw: bytes) -> Any:
    """Read the JSON of a response. Raises NoAnswer, ValueError where it is none."""
    if 300 <= status < 400:
        raise NoAnswer("sends on to another address, which isn't followed")
    if status in (401, 403):
        raise NoAnswer(f"wants another key ({status}), which it gets from {KEY}")
    if status in (404, 405):
        raise NoAnswer(f"has no such model or path ({status}); most addresses end in /v1")
    if status != 200:
        raise NoAnswer(f"answered with an error ({status})", last=False)
    if len(raw) > MOST_BYTES:
        raise NoAnswer("sent more than a phrase ever needs", last=False)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise NoAnswer("sent something that is no JSON", last=False) from None


def why(broken: Exception) -> str:
    """Say what broke, in words of ours: an exception's own may hold what was sent."""
    reasons: dict[type[Exception], str] = {
        ConnectionRefusedError: "isn't there: nothing listens at it",
        socket.gaierror: "can't be found",
        TimeoutError: "took too long",
        ssl.SSLError: "has no certificate that this machine trusts",
        HTTPException: "doesn't speak HTTP",
    }
    return next((said for kind, said in reasons.items() if isinstance(broken, kind)), "broke off")
