"""Lets happen what the documents have no operation for: `prepare.py URL FOLDER`.

Writes the dictionary files that schemathesis.toml names into FOLDER, and prints a client's and a user's access token
of Transmit, one a line.
"""

import json
import os
import pathlib
import sys
import urllib.parse
import urllib.request

URL, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
ACTIONS = "/_standin/apis"
ORIGIN = "https://app.example.com"


def main():
    """Makes sessions and tokens in every state that a call needs to succeed."""
    client = urllib.parse.urlencode(
        {"grant_type": "client_credentials", "client_id": "client_app", "client_secret": "secret_app"}
    )
    client_token = send("/oidc/token", client.encode(), "application/x-www-form-urlencoded")["access_token"]
    user_token = post(f"{ACTIONS}/transmit-sessions/actions/login", {"user_id": "user_alice"})["access_token"]

    start = "/cis/v1/auth-session/start-with-authorization"
    authorized = [post(start, {"username": "alice"}, client_token)["auth_session_id"] for _ in range(20)]
    write("authorized_auth_sessions", authorized)

    post(f"{ACTIONS}/clerk-sessions/actions/add-user", {"id": "user_outlaw"})
    refreshable = sign_in("user_mary")
    write("clerk_refreshable_session", [refreshable["session"]["id"]])
    write("clerk_expired_token", [refreshable["session_token"]])
    write("clerk_refresh_token", [refreshable["refresh_token"]])
    # A session token of Clerk's lives for a minute, an access token of Transmit's for an hour.
    post("/_standin/clock", {"advance": "PT2M"})
    live = sign_in("user_mary")
    write("clerk_live_session", [live["session"]["id"]])
    write("clerk_live_token", [live["session_token"]])
    write("clerk_open_sessions", [sign_in("user_charles")["session"]["id"] for _ in range(40)])
    print(client_token)
    print(user_token)


def sign_in(user):
    """A user of Clerk's signs in with a browser."""
    return post(f"{ACTIONS}/clerk-sessions/actions/sign-in", {"user_id": user, "origin": ORIGIN})


def post(path, body, token=os.environ["ADMIN_TOKEN"]):
    """Posts JSON, and demands a success."""
    return send(path, json.dumps(body).encode(), "application/json", token)


def send(path, body, media_type, token=None):
    """Posts a body, and reads the JSON of the answer; anything but a success is an exception."""
    headers = {"Content-Type": media_type}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(URL + path, body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def write(name, values):
    """Writes a dictionary as Schemathesis reads it: one quoted value a line."""
    (FOLDER / f"{name}.dict").write_text("".join(f'"{value}"\n' for value in values))


main()
