"""Has detect-secrets search what standin recorded of traffic full of secrets: it may find nothing
that it does not find in the same traffic without them."""

import collections
import pathlib
import sys

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings


def found(directory: pathlib.Path) -> collections.Counter:
    """How often each kind of secret is found in the files of a directory."""
    secrets = SecretsCollection()
    files = [path for path in directory.rglob("*") if path.is_file()]
    if not files:
        sys.exit(f"{directory} is empty: nothing was recorded")
    for path in files:
        # One after the other; the scanner's own filters are on.
        secrets.scan_file(str(path))
    return collections.Counter(secret.type for _, secret in secrets)


def main() -> None:
    planted, harmless, raw = map(pathlib.Path, sys.argv[1:])
    with default_settings():
        before, after, control = found(harmless), found(planted), found(raw)
    print(f"in harmless traffic: {dict(before)}; with secrets: {dict(after)}; unredacted: {dict(control)}")
    if sum(control.values()) < 10:
        sys.exit("the scanner sees nothing even where nothing was taken out")
    more = after - before
    if more:
        sys.exit(f"found beyond the harmless traffic: {dict(more)}")


main()
