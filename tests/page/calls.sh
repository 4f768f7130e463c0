# What a client does wrong, and a little that it does right.
key='Authorization: Bearer any' json='Content-Type: application/json' u=$STANDIN_URL
curl -s "$u/v1/sessions?user_id=user_ada&limit=501&offset=-1&status=dead" -H "$key"
curl -s "$u/v1/sessions?user_id=user_ada&limit=501" -H "$key"
curl -s "$u/v1/sessions?user_id=user_ada" -H "$key"
curl -s "$u/v1/sessionz" -H "$key"
curl -s "$u/sessions/sess_active" -H "$key"
curl -s -X POST "$u/v1/sessions/sess_active/tokens" -H "$key"
curl -s -X POST "$u/v1/sessions/sess_active/verify" -H "$key" -d token=abc
curl -s -X POST "$u/cis/v1/auth-session/start-restricted" -H "$json" -d '{"client_id":7,"x":["<b>",2]}'
curl -s "$u/cis/v1/sessions/user_alice"
