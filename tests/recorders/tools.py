"""Has real tools record the same calls, and makes these calls again where the recordings are replayed.

    tools.py record OUT JAR     runs a server, and each tool beside it; OUT/TOOL has what the tool wrote,
                                OUT/TOOL.answers.json what was answered
    tools.py again ANSWERS      makes the calls at STANDIN_URL: the answers are those that were recorded
"""

import base64
import gzip
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time

import requests
import vcr

CALLS = [
    ("GET", "/a?x=1&y=2", {}, None),
    ("GET", "/a?x=1&y=2", {}, None),
    ("GET", "/bin", {}, None),
    ("GET", "/zipped", {}, None),
    ("GET", "/gone", {}, None),
    ("GET", "/big?page=1", {"X-Tenant": "t1"}, None),
    ("POST", "/things", {"Content-Type": "application/json"}, b'{"name": "Ada", "n": 1}'),
    ("POST", "/form", {"Content-Type": "application/x-www-form-urlencoded"}, b"a=b+c&d=%C3%A9"),
    ("PUT", "/text", {"Content-Type": "text/plain"}, "caf\u00e9\n".encode()),
    ("DELETE", "/things/1", {}, None),
]


class Upstream(http.server.BaseHTTPRequestHandler):
    """Answers each call otherwise, so that nothing but its recording can answer it again."""

    protocol_version = "HTTP/1.1"
    count = 0

    def log_message(self, *_):
        pass

    def answer(self):
        Upstream.count += 1
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length).decode("latin1")
        told = {"call": f"{self.command} {self.path}", "sent": sent, "count": Upstream.count}
        status, media_type, body, more = 200, "application/json", json.dumps(told).encode(), []
        if self.path == "/bin":
            media_type, body = "application/octet-stream", bytes(range(256))
        elif self.path == "/zipped":
            body, more = gzip.compress(body), [("Content-Encoding", "gzip")]
        elif self.path == "/gone":
            status = 404
        elif self.path.startswith("/big"):
            body = json.dumps({"text": "x" * 50_000, "count": Upstream.count}).encode()
        elif self.command == "DELETE":
            status, body = 204, b""
        elif self.command == "POST":
            status, more = 201, [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/")]
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = answer


class Server(http.server.ThreadingHTTPServer):
    """Says nothing of connections that a tool has dropped."""

    def handle_error(self, *_):
        pass


def call_all(url, session=None):
    """Makes every call; what was answered, as far as a client reads it."""
    session = session or requests.Session()
    answers = []
    for method, target, headers, body in CALLS:
        response = session.request(method, url + target, headers=headers, data=body, timeout=30)
        answers.append(
            {
                "call": f"{method} {target}",
                "status": response.status_code,
                "type": response.headers.get("content-type"),
                "cookies": sorted(session.cookies.keys()),
                "body": base64.b64encode(response.content).decode(),
            }
        )
    return answers


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def until_ready(url, process):
    for _ in range(600):
        if process.poll() is not None:
            sys.exit(f"{process.args[0]} has ended with {process.returncode}")
        try:
            requests.get(url, timeout=5)
            return
        except requests.RequestException:
            time.sleep(0.1)
    sys.exit(f"nothing answers at {url}")


def vcrpy(out, url, kind, decodes):
    recorder = vcr.VCR(serializer=kind, record_mode="all", decode_compressed_response=decodes)
    with recorder.use_cassette(str(out / f"cassette.{kind}")):
        return call_all(url)


def wiremock(out, url, jar, mode):
    port = free_port()
    own = f"http://127.0.0.1:{port}"
    java = ["java", "-jar", jar, "--port", str(port), "--root-dir", str(out), "--disable-banner"]
    process = subprocess.Popen(java, stdout=subprocess.DEVNULL)
    try:
        until_ready(f"{own}/__admin/mappings", process)
        spec = {
            "targetBaseUrl": url,
            "captureHeaders": {"X-Tenant": {"caseInsensitive": True}},
            "requestBodyPattern": {"matcher": mode},
            "extractBodyCriteria": {"textSizeThreshold": "2048", "binarySizeThreshold": "64"},
        }
        requests.post(f"{own}/__admin/recordings/start", json=spec, timeout=30).raise_for_status()
        answers = call_all(own)
        requests.post(f"{own}/__admin/recordings/stop", timeout=30).raise_for_status()
        return answers
    finally:
        process.terminate()
        process.wait()


def mitmproxy(out, url):
    port = free_port()
    dump = pathlib.Path(sys.executable).parent / "mitmdump"
    options = ["--set", f"hardump={out / 'flows.har'}", "--set", f"confdir={out}/.mitmproxy"]
    arguments = [str(dump), "-q", "--mode", f"reverse:{url}", "-p", str(port), *options]
    process = subprocess.Popen(arguments)
    try:
        own = f"http://127.0.0.1:{port}"
        for _ in range(600):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        return call_all(own)
    finally:
        # The document is written at the end.
        process.terminate()
        process.wait()


def record(out, jar):
    server = Server(("127.0.0.1", 0), Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    tools = {
        "vcrpy": lambda folder: vcrpy(folder, url, "yaml", False),
        "vcrpy-decoded": lambda folder: vcrpy(folder, url, "yaml", True),
        "wiremock": lambda folder: wiremock(folder, url, jar, "auto"),
        "wiremock-equal-to": lambda folder: wiremock(folder, url, jar, "equalTo"),
        "mitmproxy": lambda folder: mitmproxy(folder, url),
    }
    for name, tool in tools.items():
        folder = out / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        answers = tool(folder)
        (out / f"{name}.answers.json").write_text(json.dumps(answers, indent=1))
        print(f"{name} has recorded {len(answers)} calls")


def again(answers):
    expected = json.loads(pathlib.Path(answers).read_text())
    wrong = 0
    for one, other in zip(expected, call_all(os.environ["STANDIN_URL"]), strict=True):
        if one != other:
            wrong += 1
            shown = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
            print(f"{one['call']} is answered otherwise: {str(shown)[:2000]}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["record", out, jar]:
            record(pathlib.Path(out), jar)
        case ["again", answers]:
            again(answers)
        case _:
            sys.exit(__doc__)
