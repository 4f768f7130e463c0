"""Runs the suites of the corpora against a standin, and holds each to what may be left out of it.

What is left out stands in left_out.json, each case with the sentence of the specification that makes its verdict
wrong: at most one case of a hundred, and none that does not fail. The answers of whole documents are judged beside
them (answers.py).
"""

import json
import pathlib
import re
import subprocess
import sys

import answers

HERE = pathlib.Path(__file__).parent
SUITES = {
    "styles": "styles_harness.py",
    "requests": "requests_harness.py",
    "bad": "bad_inputs.py",
    "prism": "prism_harness.py",
}


def told(suite, corpora, binary):
    """What the suite's own harness prints: its failures, and how many cases it ran."""
    command = [sys.executable, str(corpora / SUITES[suite]), binary, "-v"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=600)
    summary = re.search(r"^(\d+) passed, (\d+) failed(?:, (\d+) (?:left out|excluded))?", ran.stdout, re.MULTILINE)
    if not summary:
        sys.exit(f"{suite}: the harness did not end:\n{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}")
    failures = [line for line in ran.stdout.splitlines() if line.startswith(("FAIL", "NOT LOADED"))]
    return failures, int(summary[1]), int(summary[2]), int(summary[3] or 0)


def judge(suite, corpora, binary, excused):
    """Whether all verdicts agree, those left out aside."""
    failures, passed, failed, not_run = told(suite, corpora, binary)
    unexplained = [line for line in failures if not any(each["case"] in line for each in excused)]
    stale = [each["case"] for each in excused if not any(each["case"] in line for line in failures)]
    total = passed + failed
    too_many = len(excused) * 100 > total + not_run
    print(f"{suite}: {passed} of {total} agree, {len(excused)} left out")
    for line in unexplained:
        print(f"  {line[:400]}")
    for case in stale:
        print(f"  `{case}` is left out and does not fail: take it out of left_out.json")
    if too_many:
        print(f"  {len(excused)} of {total + not_run} are left out: more than one of a hundred")
    if failed != len(failures):
        print(f"  the harness counts {failed} failures and names {len(failures)}")
    return not unexplained and not stale and not too_many and failed == len(failures)


def main():
    corpora, binary, only = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    left_out = json.loads((HERE / "left_out.json").read_text())
    excused = json.loads((HERE / "answers.json").read_text())
    chosen = [suite for suite in SUITES if re.search(only, suite)]
    manners = [manner for manner in answers.MANNERS if re.search(only, f"answers-{manner}")]
    if not chosen and not manners:
        sys.exit(f"no suite has a name like {only}")
    agree = [judge(suite, corpora, binary, left_out.get(suite, [])) for suite in chosen]
    agree += [answers.judge(manner, corpora, binary, excused) for manner in manners]
    sys.exit(0 if all(agree) else 1)


main()
