"""A small instance metadata service, version 2, on the loopback: what it does not know is 404, and no token is 401."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "a-session-token"
KNOWN = {"instance-id": "i-0123456789abcdef0", "placement/region": "us-east-1"}


class MetadataServer:
    """`values` may change while it runs, as those of a real instance do."""

    def __init__(self) -> None:
        self.values = dict(KNOWN)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "MetadataServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        values = self.values

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                self._answer(200, TOKEN)

            def do_GET(self) -> None:
                if self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
                    self._answer(401, "")
                    return
                value = values.get(self.path.removeprefix("/latest/meta-data/"))
                self._answer(404 if value is None else 200, value or "")

            def _answer(self, status: int, text: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler
