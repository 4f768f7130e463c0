"""What Schemathesis is told beyond its settings: how OAuth 2 credentials travel, and what this project demands besides.

Loaded by the `hooks` setting of schemathesis.toml. It adds demands and takes none away.
"""

import schemathesis
from schemathesis.specs.openapi.checks import is_unexpected_http_status_case

# Where the four APIs and the control surface put the code of an error: Transmit, OAuth 2, RFC 9457.
CODE_MEMBERS = ("error_code", "error", "type")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Shows OAuth 2 schemes as what they are on the wire, bearer tokens.

    Schemathesis sends, omits and falsifies credentials of `http` and `apiKey` schemes alone; the checks of
    authorization would pass over everything that an `oauth2` scheme protects.
    """
    schemes = raw_schema.get("components", {}).get("securitySchemes", {})
    for name, scheme in schemes.items():
        if scheme["type"] == "oauth2":
            schemes[name] = {"type": "http", "scheme": "bearer"}


@schemathesis.check
class RefusedAsListed:
    """A request that its document allows is refused only as the settings list it: by operation, status and code.

    The built-in check `positive_data_acceptance` knows statuses alone, and lets 401, 403, 404, 409 and 429 pass
    unseen.
    """

    def __init__(self, **listed):
        self.listed = listed

    def after_response(self, ctx, response, case):
        if case.meta is None or not case.meta.generation.mode.is_positive or is_unexpected_http_status_case(case):
            return
        if response.status_code < 400:
            return
        operation = case.operation.definition.raw["operationId"]
        codes = self.listed.get(operation, {}).get(str(response.status_code), [])
        code = code_of(response)
        if code not in codes:
            raise AssertionError(
                f"{operation} refuses what its document allows: status {response.status_code}, code {code!r} is not listed"
            )


@schemathesis.check
class EveryOperationSucceeds:
    """Every operation answers with a success at least once, so that no run proves its refusals alone."""

    def __init__(self):
        self.tested = set()
        self.succeeded = set()

    def after_response(self, ctx, response, case):
        operation = case.operation.definition.raw["operationId"]
        self.tested.add(operation)
        if 200 <= response.status_code < 300:
            self.succeeded.add(operation)

    def after_run(self, ctx):
        never = sorted(self.tested - self.succeeded)
        if never:
            raise AssertionError(f"never answered with a success: {', '.join(never)}")


def code_of(response):
    """The code by which a program tells errors apart, or None where the body has none."""
    try:
        body = response.json()
    except ValueError:
        return None
    for member in CODE_MEMBERS:
        if member in body:
            return str(body[member])
    errors = body.get("errors", [])
    return errors[0]["code"] if errors else None
