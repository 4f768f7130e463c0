"""Judges and prints one row of tests/schemathesis/run: `tell.py NAME CODE FOLDER`; without arguments the heading."""

import json
import pathlib
import sys

LINE = "{:<56} {:>10} {:>7} {:>8} {:>8}"


def main():
    """Prints the row; the exit status is 1 if anything in it is wrong."""
    if len(sys.argv) == 1:
        print(LINE.format("document", "operations", "cases", "failures", "seconds"), flush=True)
        return 0
    name, code, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
    complaints = read(folder / "complaints").splitlines() + own_fault(folder / "standin.json")
    report = json.loads(read(folder / "report.json") or "{}")
    cases = report.get("test_cases", {"generated": 0, "unique_failures": 0})
    operations = report.get("operations", {"tested": 0, "selected": 0})
    tested = f"{operations['tested']}/{operations['selected']}"
    seconds = f"{report.get('running_time', 0):.1f}"
    print(LINE.format(name, tested, cases["generated"], cases["unique_failures"], seconds), flush=True)
    if code != 0:
        complaints.append(f"Schemathesis ends with {code}:\n{read(folder / 'output.txt')}")
    if cases["generated"] == 0 or operations["tested"] != operations["selected"]:
        complaints.append("not every operation was tested")
    if not report.get("complete") or report.get("errors"):
        complaints.append("Schemathesis did not come to its end")
    for complaint in complaints:
        print(f"  {complaint}", flush=True)
    return 1 if complaints else 0


def own_fault(path):
    """What standin found that the client is not to blame for."""
    findings = json.loads(read(path) or '{"findings": []}')["findings"]
    return [
        f"standin blames {finding['blame']}: {finding['rule']}: {finding['title']}: {finding['got']}"
        for finding in findings
        if finding["blame"] != "client"
    ]


def read(path):
    """The text of a file, or nothing where there is none."""
    return path.read_text() if path.exists() else ""


sys.exit(main())
