"""The comments of one request, as GitHub and GitLab serve them: a hundred a page, written by POST, PATCH and PUT."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit


class CommentsServer:
    """`others` are comments of other people; one that is to `refuse` answers 403."""

    def __init__(self, *, others: int = 0, refuse: bool = False) -> None:
        self.bodies = [f"comment {number}" for number in range(others)]
        self.writes: list[str] = []
        self._refuse = refuse
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "CommentsServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, target: str, body: Any) -> Any:
        """What the API would say; None for what it refuses."""
        if self._refuse:
            return None
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        if method == "GET":
            size, page = int(query["per_page"][0]), int(query["page"][0])
            numbered = [{"id": number, "body": text} for number, text in enumerate(self.bodies)]
            return numbered[(page - 1) * size : page * size]
        self.writes.append(method)
        if method == "POST":
            self.bodies.append(body["body"])
            return {"id": len(self.bodies) - 1}
        number = int(path.rpartition("/")[2])
        self.bodies[number] = body["body"]
        return {"id": number}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                authorized = "secret" in (self.headers.get("Authorization", "") + self.headers.get("PRIVATE-TOKEN", ""))
                answer = owner.answer(self.command, self.path, body) if authorized else None
                content = json.dumps(answer).encode()
                self.send_response(403 if answer is None else 200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_PUT = _serve  # noqa: N815 - the names http.server looks for

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
                pass

        return Handler
