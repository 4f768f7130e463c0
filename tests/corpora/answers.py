"""Sends one valid request per operation of every outside document to `standin mock`, and holds what comes back to
what may be wrong with it.

An independent validator judges status and body. What it finds stands in answers.json, each finding with the reason
why it is none of standin's; whatever is found beside it, or no longer found, fails. So the figures can only rise.
A wrong example that the document itself has is sent as it is written, as Prism does, and is not counted.
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
HARNESS = "mock_corpus.py"
MANNERS = {"static": [], "dynamic": ["--dynamic"]}
# What is no answer of standin's: nothing was asked, or the document says what is right.
SKIPPED = ("ok", "no_success_documented", "unbuildable")
FINE = ("valid", "no_schema", "no_produces", "unjudged", "invalid_spec_example", None)
# The least share of operations that answer a documented success.
LEAST = 0.99


def played(corpora, binary, arguments):
    """What became of every operation, by document."""
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        command = [sys.executable, str(corpora / HARNESS), binary, "--json", str(report), *arguments]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=900)
        if not report.is_file():
            sys.exit(f"the harness did not end:\n{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}")
        return json.loads(report.read_text())


def found(documents):
    """Documents that are not served, operations that fail, and bodies that are wrong: each as the table has it."""
    for document in documents:
        if not document["loaded"]:
            yield (document["file"], "document", "not loaded"), document["error"]
        for operation in document["ops"]:
            place = (document["file"], operation["op"])
            if operation["verdict"] not in SKIPPED:
                yield (*place, operation["verdict"]), operation.get("why")
            elif operation.get("body") not in FINE:
                yield (*place, operation["body"]), operation.get("detail")


def judge(name, corpora, binary, excused):
    """Whether everything that is found is excused, and everything that is excused found."""
    documents = played(corpora, binary, MANNERS[name])
    known = {}
    for entry in excused:
        if name in entry.get("manners", MANNERS):
            known |= {(entry["document"], operation, entry["finding"]): 0 for operation in entry["operations"]}
    unexplained = []
    for place, detail in found(documents):
        if place in known:
            known[place] += 1
        else:
            unexplained.append(f"{' '.join(place)}: {detail}")
    verdicts = collections.Counter(each["verdict"] for document in documents for each in document["ops"])
    bodies = collections.Counter(each.get("body") for document in documents for each in document["ops"])
    sent = verdicts["ok"] + verdicts["status"] + verdicts["transport"]
    wrong = sum(bodies[each] for each in ("invalid", "bad_content_type", "not_json", "empty"))
    print(
        f"answers, {name}: {verdicts['ok']} of {sent} are a documented success, "
        f"{bodies['valid']} of {bodies['valid'] + wrong} bodies are valid, {len(known)} findings are excused"
    )
    stale = [" ".join(place) for place, count in known.items() if count == 0]
    for line in unexplained:
        print(f"  {line[:400]}")
    for line in stale:
        print(f"  `{line}` is excused and not found: take it out of answers.json")
    has_enough = verdicts["ok"] >= LEAST * sent
    if not has_enough:
        print(f"  fewer than {LEAST:.0%} are a documented success")
    return has_enough and not unexplained and not stale
