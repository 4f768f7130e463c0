"""Judges with python-jsonschema what standin has judged, and tells where the two differ.

Reads lines of JSON: a schema, the draft that it is written in, and values with standin's verdicts.
"""

import json
import sys

import jsonschema

DRAFTS = {
    "draft-04": jsonschema.Draft4Validator,
    "2020-12": jsonschema.Draft202012Validator,
}
# 1.0 is an integer since Draft 6, and everywhere in OpenAPI.
WHOLE = DRAFTS["draft-04"].TYPE_CHECKER.redefine(
    "integer",
    lambda _, value: not isinstance(value, bool)
    and (isinstance(value, int) or (isinstance(value, float) and value.is_integer())),
)
DRAFTS["draft-04"] = jsonschema.validators.extend(DRAFTS["draft-04"], type_checker=WHOLE)


def main():
    schemas = verdicts = differ = 0
    for line in open(sys.argv[1]):
        told = json.loads(line)
        validator = DRAFTS[told["draft"]](told["schema"])
        schemas += 1
        for value, verdict in told["verdicts"]:
            verdicts += 1
            if validator.is_valid(value) == verdict:
                continue
            differ += 1
            if differ <= 20:
                word = "valid" if verdict else "invalid"
                print(f"{told['origin']}: standin calls {json.dumps(value)} {word} by")
                print(f"  {json.dumps(told['schema'])[:2000]}")
    print(f"{verdicts} verdicts on {schemas} schemas, {differ} differ")
    if schemas < 500 or verdicts < 10_000:
        sys.exit("that is too little to prove anything")
    sys.exit(1 if differ else 0)


main()
