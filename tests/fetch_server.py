"""A real HTTP server on loopback whose pages behave and misbehave as the web's do."""

from __future__ import annotations

import contextlib
import csv
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from fetch_pages import TITLE

from analysis.corpus.fetch.client import Settings
from analysis.corpus.fetch.fetch import fetch_documents
from analysis.corpus.fetch.pages import read_answer
from analysis.corpus.formats.html import Page
from analysis.corpus.manifest import COLUMNS

Route = Callable[[Any], None]


class Handler(BaseHTTPRequestHandler):
    """Answers by the routes of its server; a path without one is not found."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").split(":")[0]
        started = time.monotonic()
        entry = {
            "host": host,
            "path": self.path,
            "headers": dict(self.headers),
            "start": started,
            "end": started,
        }
        with self.server.lock:
            self.server.log.append(entry)
        route = self.server.routes.get(f"{host}{self.path}") or self.server.routes.get(self.path)
        with contextlib.suppress(ConnectionError, TimeoutError):
            (route or respond(b"No such page.", status=404))(self)
        entry["end"] = time.monotonic()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    """The server, with what it was asked for in `log`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes: dict[str, Route] = {}
        self.log: list[dict[str, Any]] = []
        self.lock = threading.Lock()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_address[1]}{path}"

    def asked(self, host: str | None = None) -> list[str]:
        """Paths that were asked for, robots.txt aside."""
        return [
            entry["path"]
            for entry in self.log
            if entry["path"] != "/robots.txt" and host in (None, entry["host"])
        ]


@contextlib.contextmanager
def serve() -> Iterator[Server]:
    """Run a server until the block ends."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def respond(
    body: bytes | str = b"",
    *,
    status: int = 200,
    kind: str = "text/html; charset=utf-8",
    length: int | None = None,
    **headers: str,
) -> Route:
    """A route that answers with a body; `length` may lie."""
    data = body.encode() if isinstance(body, str) else body

    def route(handler: Handler) -> None:
        handler.send_response(status)
        if kind:
            handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        handler.end_headers()
        handler.wfile.write(data)

    return route


def redirect(target: str, status: int = 302) -> Route:
    return respond(status=status, Location=target)


def in_turn(*routes: Route) -> Route:
    """A route that behaves differently each time; the last way stays."""
    waiting = list(routes)

    def route(handler: Handler) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler)

    return route


def conditional(body: str, etag: str, modified: str = "") -> Route:
    """A route that answers 304 to whoever has the page already."""

    def route(handler: Handler) -> None:
        known = handler.headers.get("If-None-Match") == etag
        headers = {"ETag": etag, **({"Last_Modified": modified} if modified else {})}
        respond(b"" if known else body, status=304 if known else 200, **headers)(handler)

    return route


def chunked(pieces: Iterator[bytes] | list[bytes], *, end: bool = True, **headers: str) -> Route:
    """A route that sends chunks, maybe without end."""

    def route(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for piece in pieces:
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        if end:
            handler.wfile.write(b"0\r\n\r\n")

    return route


def drip(every: float, *, head: bool = False) -> Route:
    """A route that sends a byte at a time for ever: of the body, or of the head."""

    def route(handler: Handler) -> None:
        start = b"HTTP/1.1 200 OK\r\nX-Slow: " if head else b"HTTP/1.1 200 OK\r\n\r\n"
        handler.wfile.write(start)
        for _ in range(int(10 / every)):
            handler.wfile.write(b"a")
            time.sleep(every)

    return route


def silence(seconds: float) -> Route:
    """A route that says nothing for a while."""

    def route(handler: Handler) -> None:
        time.sleep(seconds)

    return route


class InlineReader:
    """Reads pages in the process of the test; the real one starts another."""

    def __init__(self, limit: float) -> None:
        pass

    async def read(self, data: bytes, content_type: str, name: str) -> Page:
        return read_answer(data, content_type, name)

    def close(self) -> None:
        pass


class Site:
    """A server and a corpus whose manifest names its pages."""

    quick = Settings(
        pause=0.0,
        backoff=0.01,
        connect=2.0,
        read=0.3,
        total=1.0,
        patience=1.0,
        allow_private=True,
        proxies={},
        resolve=lambda host, port: ["127.0.0.1"],
    )

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.rows: list[list[str]] = []

    def add(self, doc: str, path: str | None, route: Route | None = None, **cells: str) -> None:
        """Put a document into the manifest, and its page on the server."""
        host = cells.pop("host", "127.0.0.1")
        url = "" if path is None else path if "://" in path else self.server.url(path, host)
        if route and url:
            self.server.routes[httpx.URL(url).raw_path.decode()] = route
        row = {"title": TITLE, "published": "2024-05-15", "language": "en", **cells}
        row |= {"id": doc, "url": url}
        self.rows = [old for old in self.rows if old[0] != doc]
        self.rows.append([row.get(name, "") for name in COLUMNS])
        self.folder.mkdir(exist_ok=True)
        with open(self.folder / "sources.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *self.rows])

    def run(self, *ids: str, settings: Settings | None = None, **options: bool) -> dict[str, Any]:
        """Fetch; gives the rows of the result by document."""
        table = fetch_documents(
            self.folder, ids or None, settings=settings or self.quick, **options
        )
        return {row["doc"]: row for row in table.to_dict("records")}

    def text(self, doc: str, part: str = "originals") -> str:
        return (self.folder / part / f"{doc}.txt").read_text(encoding="utf-8")

    def table(self) -> dict[str, Any]:
        """What `originals/fetch.csv` says, by document."""
        with open(self.folder / "originals" / "fetch.csv", encoding="utf-8", newline="") as file:
            return {row["doc"]: row for row in csv.DictReader(file)}
