"""Compares pairs of documents whose verdicts others gave, and holds standin to them.

    diff.py CORPORA BINARY

Three suites: oasdiff's own test pairs, real revisions of vendors' documents, and pairs of the Java
openapi-diff. Verdicts that standin does not share stand in `diff.json`, each with a witness that
shows why or the reason why none can; one that is stale fails, as does one that is not listed.
Exit status: 0 all is as it should be, 1 it is not.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
# What must be reached on oasdiff's pairs: breaking or not, the same with those that a witness settles or whose listed
# reason says why no value can, and the ids of rules.
AGREED, SETTLED, RULES = 0.91, 0.98, 0.90
# How a reason begins that no value can show the break that others tell of.
NOTHING = "no value shows it: "
# False alarms on real revisions.
ALARMS = 0.05


def compare(binary, folder, pair):
    """The exit code and the findings of one pair."""
    command = [binary, "diff", "--report", "json", str(folder / pair["base"]), str(folder / pair["revision"])]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if ended.returncode not in (0, 1):
        return ended.returncode, [], ended.stderr.strip()
    return ended.returncode, json.loads(ended.stdout)["findings"], ""


def main(corpora, binary):
    known = json.loads((HERE / "diff.json").read_text())
    wrong = []
    with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        for suite, name in (("oasdiff", "oasdiff"), ("real", "real"), ("java", "openapi-diff-java")):
            folder = corpora / "diff" / name
            pairs = json.loads((folder / "pairs.json").read_text())
            if suite == "java":
                judged = ("compatible", "incompatible", "unchanged")
                pairs = [pair for pair in pairs if pair["verdict"] in judged and not pair.get("note")]
            ended = list(pool.map(lambda pair: compare(binary, folder, pair), pairs))
            wrong += judge(suite, folder, list(zip(pairs, ended)), known[suite])
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def judge(suite, folder, rows, known):
    """What is not as it should be in one suite."""
    wrong, counts, others = [], collections.Counter(), {}
    for pair, (code, findings, told) in rows:
        if code not in (0, 1):
            wrong.append(f"{suite} {pair['id']}: exit {code}: {told}")
            continue
        want = pair["verdict"] == "incompatible" if suite == "java" else pair["breaking"]
        got = code == 1
        counts[want, got] += 1
        if want != got:
            errors = [finding for finding in findings if finding["level"] == "error"]
            has_witness = bool(errors) and all(finding["proof"] == "witness" for finding in errors)
            others[pair["id"]] = "witness" if has_witness else "reason"
            if pair["id"] not in known:
                named = sorted({finding["rule"] for finding in errors})
                word = "misses what breaks" if want else f"breaks by {named}, proof {others[pair['id']]}"
                wrong.append(f"{suite} {pair['id']}: {word}, and diff.json does not say why")
    for stale in sorted(set(known) - set(others)):
        wrong.append(f"{suite} {stale}: standin shares the verdict; take it out of diff.json")
    for id, entry in known.items():
        if entry.get("witness") and others.get(id) == "reason":
            wrong.append(f"{suite} {id}: diff.json promises a witness, and there is none")
        if not entry.get("why"):
            wrong.append(f"{suite} {id}: diff.json does not say why")
    total = sum(counts.values())
    agreed = (counts[True, True] + counts[False, False]) / total
    reasons = [id for id in others if known.get(id, {}).get("why", "").startswith(NOTHING)]
    settled = agreed + sum(1 for id, how in others.items() if how == "witness" or id in reasons) / total
    # What no value can show breaks nobody.
    missed, alarms = counts[True, False] - len(reasons), counts[False, True]
    print(f"{suite}: {total} pairs, {agreed:.1%} as others judge, {settled:.1%} with what a witness or the lack of one settles; "
          f"{missed} missed, {alarms} more than others tell")
    if suite == "oasdiff":
        if agreed < AGREED or settled < SETTLED:
            wrong.append(f"oasdiff: {agreed:.1%} and {settled:.1%}, not {AGREED:.0%} and {SETTLED:.0%}")
        wrong += rules(folder, rows)
    if suite == "real" and (missed or alarms > ALARMS * (counts[False, False] + alarms)):
        wrong.append(f"real: {missed} missed, {alarms} false alarms")
    if suite == "java" and missed:
        wrong.append(f"java: {missed} missed")
    return wrong


def rules(folder, rows):
    """How far the rules agree, of those that both have and of pairs that all checks were run on."""
    theirs = {check["id"] for check in json.loads((folder / "checks.json").read_text())}
    both = found = expected = 0
    for pair, (_, findings, _) in rows:
        want = set(pair["expected_ids"])
        got = {finding["id"] for finding in findings} & theirs
        both += len(want & got)
        expected += len(want)
        is_whole = any(test["n_checks"] > 100 for test in pair["tests"])
        found += len(got) if is_whole else len(want & got)
    recall, precision = both / expected, both / max(found, 1)
    print(f"oasdiff: of its rules {recall:.1%} are found, and {precision:.1%} of those found are its")
    if min(recall, precision) < RULES:
        return [f"oasdiff: rules agree for {recall:.1%} and {precision:.1%}, not for {RULES:.0%}"]
    return []


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
