"""A fake language model: an HTTP server of this process that answers as a test wants."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

MODEL = "fake-7b"


@dataclass
class Reply:
    """What is sent back, as it is."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """A request: its path, its headers, its JSON."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any

    @property
    def prompt(self) -> str:
        return str(self.body["messages"][-1]["content"])


@dataclass
class FakeModel:
    """Where the server is, what it was asked, and how it answers: text, or a whole reply."""

    port: int
    answer: Callable[[str], str | Reply]
    models: tuple[str, ...] = (MODEL,)
    asked: list[Asked] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/v1"

    @property
    def chats(self) -> list[Asked]:
        return [each for each in self.asked if each.method == "POST"]


def chat(text: Any) -> Reply:
    """Write a chat's completion."""
    message = {"role": "assistant", "content": text}
    return Reply(json.dumps({"choices": [{"index": 0, "message": message}]}).encode())


def phrase_found(prompt: str) -> str:
    """Give the phrase that a prompt says was found."""
    found = re.search(r"A phrase found in them: (.*)", prompt)
    assert found
    return found[1]


def words_found(prompt: str) -> list[str]:
    """Give the words that a prompt says were found."""
    found = re.search(r"Words found in them: (.*)", prompt)
    assert found
    return found[1].split(", ")


@contextmanager
def fake_model(answer: Callable[[str], str | Reply], **options: Any) -> Iterator[FakeModel]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            model.asked.append(Asked("GET", self.path, dict(self.headers), None))
            rows = [{"id": name, "object": "model"} for name in model.models]
            self.reply(Reply(json.dumps({"object": "list", "data": rows}).encode()))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked("POST", self.path, dict(self.headers), body)
            model.asked.append(asked)
            said = model.answer(asked.prompt)
            self.reply(said if isinstance(said, Reply) else chat(said))

        def reply(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            drip = float(reply.headers.get("X-Drip", 0))  # seconds before each byte
            try:
                for byte in reply.body if drip else ():
                    time.sleep(drip)
                    self.wfile.write(bytes([byte]))
                self.wfile.write(b"" if drip else reply.body)
            except OSError:
                self.close_connection = True  # the other end had enough

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model = FakeModel(server.server_address[1], answer, **options)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
