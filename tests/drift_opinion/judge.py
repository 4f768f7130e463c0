"""Records traffic of documents of others and has it judged twice: by `standin drift`, and by python-jsonschema.

What standin tells of as a warning or worse has to be wrong by the other's judgement too, and what the other finds wrong
has to be among what standin tells.
"""

import concurrent.futures
import contextlib
import http.client
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

CORPORA, BINARY, PRISM, WORK = (pathlib.Path(argument) for argument in sys.argv[1:5])
sys.path.insert(0, str(CORPORA))
import mock_corpus  # noqa: E402  (the corpora's own reader of documents, generator and validator)

METHODS = ("get", "put", "post", "delete", "patch")
DOCUMENTS, OF_PRISM, CALLS = 20, 10, 12


def documents():
    """Documents of every version that are neither tiny nor large and stand alone, as many of each."""
    index = json.loads((CORPORA / "specs" / "index.json").read_text())
    fit = [each for each in index if 4 <= each["ops"] <= 60 and each["bytes"] < 120_000]
    by_version = {}
    for each in fit:
        text = (CORPORA / "specs" / each["file"]).read_text(errors="replace")
        if re.search(r"""\$ref['"]?\s*:\s*['"]?[^#'"\s]""", text):
            continue
        by_version.setdefault(str(each["version"])[:3], []).append(each["file"])
    queues = [sorted(files) for _, files in sorted(by_version.items())]
    while any(queues):
        for queue in queues:
            if queue:
                yield queue.pop(0)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextlib.contextmanager
def running(command, port, patience=90):
    """A server, once it takes connections."""
    server = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.time() + patience
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if server.poll() is not None or time.time() > end:
                raise RuntimeError(f"{command[0]} does not start")
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(20)


def requests(document):
    """A valid request for each operation, as far as one can be made."""
    for path, item in (document.d.get("paths") or {}).items():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            if not isinstance(operation, dict):
                continue
            try:
                yield (path, method), mock_corpus.build_request(document, path, item, method, operation)
            except mock_corpus.Unbuildable:
                continue


def send(port, base, made):
    method, url, headers, body = made
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        client.request(method, base + url, body=body, headers=headers)
        client.getresponse().read()
    client.close()


def base_path(document):
    if document.v2:
        return (document.d.get("basePath") or "").rstrip("/")
    servers = document.d.get("servers") or [{}]
    url = str(servers[0].get("url") or "")
    for name, variable in (servers[0].get("variables") or {}).items():
        url = url.replace("{%s}" % name, str(variable.get("default")))
    return re.sub(r"^[a-z]+://[^/]*", "", url).rstrip("/")


def record(file, document, is_prism):
    """What was recorded, with the operation of each exchange."""
    folder = WORK / ("taped-prism" if is_prism else "taped-mock") / file
    shutil.rmtree(folder, ignore_errors=True)
    port, inner = free_port(), free_port()
    path = CORPORA / "specs" / file
    sent = {}
    with contextlib.ExitStack() as stack:
        if is_prism:
            stack.enter_context(running([PRISM, "mock", "-p", inner, path], inner))
            command = [BINARY, "record", f"http://127.0.0.1:{inner}", "--out", folder, "--port", port]
            base = ""
        else:
            command = [BINARY, "mock", path, "--record", folder, "-p", port]
            base = base_path(document)
        stack.enter_context(running(command, port))
        for operation, made in list(requests(document))[:CALLS]:
            sent[(made[0], base + made[1])] = operation
            send(port, base, made)
    entries = []
    for part in sorted(folder.glob("*.ndjson")):
        for line in part.read_text().splitlines():
            entry = json.loads(line)
            target = re.sub(r"^[a-z]+://[^/]*", "", entry["request"]["url"])
            operation = sent.get((entry["request"]["method"], target))
            entries.append((operation, entry))
    return folder, entries


def response_of(document, operation, status):
    path, method = operation
    responses = document.d["paths"][path][method].get("responses") or {}
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in responses:
            return document.deref(responses[key])
    return None


def content_of(document, operation, response, media_type):
    """The schema for a media type; `None` where the type is not declared, `{}` where nothing is said of it."""
    path, method = operation
    if document.v2:
        known = document.d["paths"][path][method].get("produces") or document.d.get("produces") or []
        if "schema" not in response:
            return None
        fits = not known or any(each.split(";")[0].strip().lower() == media_type for each in known)
        return response["schema"] if fits else None
    for name, content in (response.get("content") or {}).items():
        pattern = re.escape(name.split(";")[0].strip().lower()).replace(r"\*", ".*")
        if re.fullmatch(pattern, media_type):
            return (content or {}).get("schema") or {}
    return None


def unknown(document, schema, value, at=()):
    """The places of members that no schema names."""
    found = []
    if isinstance(value, list):
        items = [part["items"] for part in parts(document, schema, value) if isinstance(part.get("items"), dict)]
        for each in value:
            found += unknown(document, {"allOf": items}, each, (*at, "*")) if items else []
    if isinstance(value, dict):
        known, others, is_open = {}, [], True
        for part in parts(document, schema, value):
            for name, inner in (part.get("properties") or {}).items():
                known.setdefault(name, []).append(inner)
            rest = part.get("additionalProperties")
            if isinstance(rest, dict) and rest:
                others.append(rest)
            is_open = is_open and rest is not False
        for name, inner in value.items():
            if name in known:
                found += unknown(document, {"allOf": known[name]}, inner, (*at, name))
            elif others:
                found += unknown(document, {"allOf": others}, inner, (*at, name))
            elif is_open and known:
                found.append((*at, name))
    return found


def parts(document, schema, value, depth=0):
    """The schemas that judge a value together: references followed, alternatives that it fits."""
    schema = document.deref(schema)
    if not isinstance(schema, dict) or depth > 30:
        return []
    found = [schema]
    for inner in schema.get("allOf") or []:
        found += parts(document, inner, value, depth + 1)
    for keyword in ("oneOf", "anyOf"):
        branches = schema.get(keyword) or []
        fitting = [each for each in branches if document.errors(each, value) == []]
        for inner in fitting or branches:
            found += parts(document, inner, value, depth + 1)
    return found


FORMATS = {
    "date": r"\d{4}-\d\d-\d\d",
    "date-time": r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)",
    "uuid": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "email": r"[^@\s]+@[^@\s]+",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*",
    "ipv4": r"\d+(\.\d+){3}",
    "byte": r"[A-Za-z0-9+/\s]*={0,2}",
}


def breaks_format(document, finding, entries):
    """Whether a text at the finding's place breaks the format that the document names."""
    pointer = finding["places"][0]["pointer"]
    schema = document.ptr("#" + pointer.rsplit("/", 1)[0])
    name = schema.get("format")
    for _, entry in entries:
        with contextlib.suppress(Exception):
            value = json.loads(entry["response"]["content"]["text"])
            for step in finding["instance"].split("/")[1:]:
                value = value[int(step)] if isinstance(value, list) else value[step.replace("~1", "/").replace("~0", "~")]
            if name in ("int32", "int64"):
                bound = 2 ** (int(name[3:]) - 1)
                if not -bound <= value < bound:
                    return True
            elif name in FORMATS and not re.fullmatch(FORMATS[name], value):
                return True
    return False


def stars(place):
    return tuple("*" if str(step).isdigit() else str(step) for step in place)


def opinion(document, entries):
    """What the other validator finds wrong: by operation and kind, the places."""
    wrong = {}
    for operation, entry in entries:
        answer = entry["response"]
        if operation is None or answer["status"] == 0:
            continue
        note = lambda kind, place=(): wrong.setdefault((operation, kind), set()).add(tuple(place))  # noqa: B023, E731
        response = response_of(document, operation, answer["status"])
        if response is None:
            note("status")
            continue
        fields = {each["name"].lower(): each["value"] for each in answer["headers"]}
        text = (answer.get("content") or {}).get("text") or ""
        has_content = "schema" in response or bool(response.get("content"))
        if not text:
            if has_content and answer["status"] not in (204, 304) and entry["request"]["method"] != "HEAD":
                note("missing")
            continue
        media_type = fields.get("content-type", "").split(";")[0].strip().lower()
        schema = content_of(document, operation, response, media_type)
        if schema is None:
            note("media")
            continue
        if "json" not in media_type or answer["content"].get("encoding"):
            continue
        try:
            value = json.loads(text)
        except ValueError:
            note("malformed")
            continue
        if not schema:
            continue
        for error in errors(document, schema, value):
            note("body", stars(error))
        for place in unknown(document, schema, value):
            note("field", stars(place))
    return wrong


def errors(document, schema, value):
    """The places of what is wrong."""
    told = document.errors(schema, value, n=500) or []
    places = [tuple(step for step in line.split(": ", 1)[0].split("/") if step) for line in told]
    # What stands in a recording for a secret is taken for a right value.
    return [place for place in places if not re.match(r"\{\{\w+:\d+\}\}", str(at(value, place)))]


def at(value, place):
    for step in place:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def plain(value):
    """A document without what stands beside references, which says nothing before OpenAPI 3.1."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            return {"$ref": value["$ref"]}
        return {name: plain(each) for name, each in value.items()}
    return value


KINDS = {
    "response-status-undeclared": "status",
    "response-media-type-undeclared": "media",
    "response-body-missing": "missing",
    "response-body-malformed": "malformed",
    "response-body-mismatch": "body",
    "undocumented-field": "field",
}


def told(file, folder):
    command = [BINARY, "drift", folder, "--spec", CORPORA / "specs" / file, "--report", "json", "--fail-on", "never", "-q"]
    ran = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    if ran.returncode != 0:
        raise RuntimeError(f"drift ends with {ran.returncode}: {ran.stderr[-500:]}")
    return json.loads(ran.stdout)


def compare(file, is_prism):
    """How many exchanges were judged, how much was found, and where the two do not agree."""
    document = mock_corpus.Doc(str(CORPORA / "specs" / file))
    if not document.v31:
        rest = plain(document.d)
        document.d.clear()
        document.d.update(rest)
    folder, entries = record(file, document, is_prism)
    if len(entries) < 3:
        return None
    report = told(file, folder)
    names = {each["operation"]: each for each in report["operations"]}
    base = base_path(document)
    wrong = opinion(document, entries)
    sure, left, alarms = set(), dict(wrong), []
    for finding in report["findings"]:
        if finding["level"] == "info":
            continue
        operation = names.get(finding["operation"])
        key = operation and (operation["path"].removeprefix(base), operation["method"].lower())
        kind = KINDS.get(finding["rule"])
        pointer = (finding["places"] or [{"pointer": ""}])[0]["pointer"]
        text = f"{finding['rule']} {finding['operation']} {finding['instance']}: {finding['title']}"
        if pointer.endswith("/format") and breaks_format(document, finding, entries):
            continue
        place = stars(finding["instance"].split("/")[1:])
        places = wrong.get((key, kind))
        near = lambda other: other[: len(place)] == place or place[: len(other)] == other  # noqa: B023, E731
        if not places or kind in ("body", "field") and not any(near(each) for each in places):
            alarms.append("not confirmed: " + text)
        else:
            sure.add((key, kind))
    missed = [f"missed: {kind} of {operation}: {sorted(left[operation, kind])[:3]}" for operation, kind in left if (operation, kind) not in sure]
    return len(entries), len(wrong), [f"{file}: {line}" for line in alarms + missed]


def judged(is_prism, wanted):
    """Documents until as many were judged as are wanted."""
    done = exchanges = departures = 0
    lines = []
    files = documents()
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        while done < wanted:
            batch = [file for _, file in zip(range(wanted - done), files)]
            if not batch:
                sys.exit("there are too few documents")
            for file, result in zip(batch, pool.map(lambda file: attempt(file, is_prism), batch)):
                if result is None:
                    continue
                done += 1
                exchanges, departures = exchanges + result[0], departures + result[1]
                lines += result[2]
    name = "Prism" if is_prism else "mock"
    print(f"{name}: {done} documents, {exchanges} exchanges, {departures} departures, {len(lines)} not agreed on")
    for line in lines:
        print("  " + line[:400])
    return not lines and exchanges > wanted * 3


def attempt(file, is_prism):
    try:
        return compare(file, is_prism)
    except RuntimeError as error:
        # A document that one of the servers does not play proves nothing about drift.
        print(f"  {file}: {error}", file=sys.stderr)
        return None


agreed = [judged(False, DOCUMENTS), judged(True, OF_PRISM)]
sys.exit(0 if all(agreed) else 1)
