"""What standin is asked while it counts what is hot: training.py STANDIN.

The calls of the bundled APIs that clients make most, right and wrong, the same of a document that
nobody bundled, and a proxy between two of them. Every answer must have the status that is expected.
"""

import json
import socket
import subprocess
import sys
import time

CALLS = 4_000


class Client:
    """One connection that is kept."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.file = self.socket.makefile("rb")

    def call(self, method, target, body=None, expected=200, fields=()):
        text = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        head = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *fields]
        if body is not None:
            head += ["Content-Type: application/json", f"Content-Length: {len(text)}"]
        self.socket.sendall("\r\n".join([*head, "", ""]).encode() + text)
        status, length, chunked = int(self.file.readline().split()[1]), 0, False
        while (line := self.file.readline().strip()):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            chunked = chunked or (name.lower(), value.strip()) == (b"transfer-encoding", b"chunked")
        content = self.chunks() if chunked else self.file.read(length)
        if status != expected:
            sys.exit(f"{method} {target}: {status}, not {expected}: {content[:300]!r}")
        return content

    def chunks(self):
        content = b""
        while (size := int(self.file.readline(), 16)):
            content += self.file.read(size)
            self.file.readline()
        self.file.readline()
        return content


class Server:
    """A standin on a free port, ended as a person ends it, so that what it counted is written."""

    def __init__(self, binary, *arguments):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [binary, *arguments, "-p", str(self.port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, **quiet)

    def client(self):
        for _ in range(600):
            try:
                return Client(self.port)
            except OSError:
                time.sleep(0.05)
        sys.exit(f"{self.process.args} does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def start(number):
    """The body of a call that starts an auth session; no two are alike."""
    return {
        "client_id": f"client_{number % 97}",
        "session_expiration": 600 + number % 3000,
        "cross_device": {"binding_message": f"Login to Acme {number}"},
        "redirect_uri": "https://app.example.com/callback",
        "approval_data": {"amount": str(number), "currency": "EUR"},
    }


def bundled(client):
    wrong = {"session_expiration": "soon", "cross_device": {"binding_message": 7}}
    for number in range(CALLS):
        client.call("POST", "/v1/auth-session/start-restricted", start(number))
        client.call("GET", "/v1/sessions?limit=10&offset=0&status=active")
        if number % 4 == 0:
            client.call("POST", "/v1/auth-session/start-restricted", wrong, 400)
            client.call("GET", "/v1/sessions/sess_active")
            client.call("GET", "/v1/sessions/sess_unknown", expected=404)


def pets(client):
    for number in range(CALLS // 4):
        client.call("GET", "/pets?limit=5")
        client.call("POST", "/pets", {"name": f"Rex {number}", "age": number}, 201)


def main(binary):
    apis = Server(binary, "serve", "--auth", "off", "--fail-on", "never")
    bundled(apis.client())
    apis.stop()
    document = "tests/fixtures/proxy/pets.yaml"
    upstream = Server(binary, "serve", document)
    pets(upstream.client())
    between = Server(binary, "proxy", document, f"http://127.0.0.1:{upstream.port}")
    pets(between.client())
    between.stop()
    upstream.stop()


if __name__ == "__main__":
    main(sys.argv[1])
