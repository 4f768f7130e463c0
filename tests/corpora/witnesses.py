"""Has every witness of `standin diff` confirmed by python-jsonschema.

    witnesses.py CORPORA BINARY

A witness is a call that the base takes and the revision does not, or an answer that the revision may give and the base
rules out. Each is read as the recording that `--witness` wrote, and judged by both documents: the parts of a call that
the documents describe with JSON Schema, its status, its media types. What has a part that this validator can not judge
is counted apart, never as confirmed.
Exit status: 0 every judged witness is confirmed, 1 one is not.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

CORPORA, BINARY = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(CORPORA))
import mock_corpus  # noqa: E402  (the corpora's own reader of documents and validator)
from jsonschema import FormatChecker  # noqa: E402

# The least share of witnesses that are judged and confirmed.
CONFIRMED = 0.85


def errors(document, schema, value, is_request):
    """What is wrong with a value, formats included; `None` where nobody can tell."""
    if document.v31:
        kind = mock_corpus.OAS31Validator
    else:
        kind = mock_corpus.OAS30WriteValidator if is_request else mock_corpus.OAS30ReadValidator
    validator = kind({"$ref": document.addr(schema)}, registry=document.reg, format_checker=FormatChecker())
    try:
        return [error.message for error in validator.iter_errors(value)]
    except Exception:
        return None


def operation_of(document, method, path):
    """The operation of a call, with the values of its path: the most literal template wins."""
    found = []
    for template, item in (document.d.get("paths") or {}).items():
        operation = isinstance(item, dict) and document.deref(item).get(method.lower())
        if not operation:
            continue
        names = re.findall(r"\{([^}]+)\}", template)
        pattern = re.sub(r"\\\{[^}]+\\\}", "([^/]*)", re.escape(template))
        match = re.search(pattern + "$", path)
        if match:
            found.append((len(names), -len(template), template, item, operation, dict(zip(names, match.groups()))))
    return min(found, key=lambda each: each[:3])[3:] if found else None


def coerced(document, schema, text):
    """The value that a text stands for, by the types that its schema allows."""
    kinds = document.deref(schema).get("type") or []
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "string" not in kinds:
        try:
            value = json.loads(text)
            if isinstance(value, (int, float, bool)):
                return value
        except ValueError:
            pass
    return text


def parameters(document, item, operation):
    merged = {}
    for each in [*(item.get("parameters") or []), *(operation.get("parameters") or [])]:
        each = document.deref(each)
        merged[each.get("name"), each.get("in")] = each
    return merged


def parameter_faults(document, item, operation, sent):
    """What is wrong with the parameters of a call; `None` where one can not be judged."""
    faults = []
    for (name, place), parameter in parameters(document, item, operation).items():
        if place in ("body", "formData", "cookie"):
            continue
        schema = parameter if document.v2 else parameter.get("schema")
        values = sent[place].get(name.lower() if place == "header" else name)
        if values is None and place == "path":
            # A parameter of the path that the path does not have.
            return None
        if values is None:
            if parameter.get("required"):
                faults.append(f"{name} is missing")
            continue
        if not isinstance(schema, dict):
            return None
        kind = document.deref(schema).get("type")
        if kind in ("array", "object") or kind is None:
            return None
        if document.v2:
            schema = {key: value for key, value in parameter.items() if key not in ("name", "in", "required", "description")}
        found = errors(document, schema, coerced(document, schema, values), True)
        if found is None:
            return None
        faults += found
    return faults


def content_faults(document, schema, media_type, text, is_request):
    if "json" not in media_type:
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return ["no JSON"]
    return errors(document, schema, value, is_request) if schema else []


def request_faults(document, entry):
    """What is wrong with a call; `None` where that can not be told."""
    url = urllib.parse.urlsplit(entry["request"]["url"])
    found = operation_of(document, entry["request"]["method"], url.path)
    if found is None:
        return ["no such operation"]
    item, operation, values = found
    sent = {
        "path": {name: urllib.parse.unquote(value) for name, value in values.items()},
        "query": dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True)),
        "header": {each["name"].lower(): each["value"] for each in entry["request"]["headers"]},
    }
    faults = parameter_faults(document, item, operation, sent)
    if faults is None:
        return None
    if operation.get("security", document.d.get("security")) and "authorization" not in sent["header"]:
        return None
    posted = entry["request"].get("postData") or {}
    media_type = (posted.get("mimeType") or "").split(";")[0].strip().lower()
    text = posted.get("text") or ""
    if document.v2:
        body = next((each for each in parameters(document, item, operation).values() if each.get("in") == "body"), None)
        if any(each.get("in") == "formData" for each in parameters(document, item, operation).values()):
            return None
        if body is None:
            return faults
        if not text:
            return [*faults, "no content"] if body.get("required") else faults
        more = content_faults(document, body.get("schema"), media_type, text, True)
    else:
        body = document.deref(operation.get("requestBody") or {})
        if not body.get("content"):
            return faults
        if not text:
            return [*faults, "no content"] if body.get("required") else faults
        names = body["content"]
        key = next((name for name in names if mock_corpus.match_ct(mock_corpus.norm_ct(name), media_type)), None)
        if key is None:
            return [*faults, "another media type"]
        more = content_faults(document, (names[key] or {}).get("schema"), media_type, text, True)
    return None if more is None else faults + more


def answer_faults(document, entry):
    """What is wrong with an answer; `None` where that can not be told."""
    found = operation_of(document, entry["request"]["method"], urllib.parse.urlsplit(entry["request"]["url"]).path)
    if found is None:
        return None
    _, operation, _ = found
    answer = entry["response"]
    _, response = mock_corpus.find_response(mock_corpus.documented(operation, document), answer["status"])
    if response is None:
        return ["an undeclared status"]
    fields = {each["name"].lower(): each["value"] for each in answer["headers"]}
    faults = []
    for name, header in (response.get("headers") or {}).items():
        header = document.deref(header)
        value = fields.get(name.lower())
        if value is None:
            faults += [f"{name} is missing"] if header.get("required") else []
            continue
        schema = header if document.v2 else header.get("schema")
        if not isinstance(schema, dict) or document.deref(schema).get("type") in ("array", "object", None):
            return None
        if document.v2:
            schema = {key: member for key, member in header.items() if key != "description"}
        told = errors(document, schema, coerced(document, schema, value), False)
        if told is None:
            return None
        faults += told
    text = (answer.get("content") or {}).get("text") or ""
    media_type = fields.get("content-type", "").split(";")[0].strip().lower()
    if not text:
        return faults
    if document.v2:
        schema = response.get("schema")
    else:
        content = response.get("content") or {}
        key = next((name for name in content if mock_corpus.match_ct(mock_corpus.norm_ct(name), media_type)), None)
        if content and key is None:
            return [*faults, "an undeclared media type"]
        schema = (document.deref(content[key]) or {}).get("schema") if key else None
    if schema is None:
        return faults
    more = content_faults(document, schema, media_type, text, False)
    return None if more is None else faults + more


def judged(pair, folder):
    """What became of the witnesses of one pair: confirmed, not judged, or what is wrong with each."""
    counts, wrong = collections.Counter(), []
    with tempfile.TemporaryDirectory() as directory:
        command = [BINARY, "diff", "-q", "--fail-on", "never", "--witness", directory]
        paths = [str(folder / pair["base"]), str(folder / pair["revision"])]
        subprocess.run([*command, *paths], capture_output=True, timeout=300, check=False)
        lines = [line for part in sorted(pathlib.Path(directory).glob("*.ndjson")) for line in part.read_text().splitlines()]
    if not lines:
        return counts, wrong
    base, revision = (mock_corpus.Doc(path) for path in paths)
    for line in lines[:40]:
        entry = json.loads(line)
        try:
            asked = [request_faults(document, entry) for document in (base, revision)]
            answered = [answer_faults(document, entry) for document in (revision, base)]
        except mock_corpus.Unbuildable:
            counts["not judged"] += 1
            continue
        shows = lambda faults: faults[0] == [] and bool(faults[1])  # noqa: E731
        if shows(asked) or shows(answered):
            counts["confirmed"] += 1
        elif None in asked or None in answered:
            counts["not judged"] += 1
        else:
            counts["not confirmed"] += 1
            wrong.append(f"{pair['id']}: {entry['request']['method']} {entry['request']['url']}: {asked} {answered}")
    return counts, wrong


def main():
    counts, wrong = collections.Counter(), []
    for name in ("oasdiff", "real"):
        folder = CORPORA / "diff" / name
        pairs = [pair for pair in json.loads((folder / "pairs.json").read_text()) if name == "oasdiff" or pair["breaking"]]
        with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
            for some, others in pool.map(lambda pair: judged(pair, folder), pairs):
                counts += some
                wrong += others
    total = sum(counts.values())
    print(f"witnesses: {total}, of them {counts['confirmed']} confirmed, {counts['not judged']} not judged, {len(wrong)} not confirmed")
    for line in wrong:
        print(line)
    if not total or counts["confirmed"] < CONFIRMED * total:
        print(f"fewer than {CONFIRMED:.0%} are confirmed")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
