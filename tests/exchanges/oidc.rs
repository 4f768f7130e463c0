//! Exchanges of Transmit's OIDC companion.

use crate::exchanges::Case;

/// Every grant, keys, discovery.
pub(super) const CASES: &[Case] = &[
    Case {
        operation: "oidcToken",
        name: "client_token",
        shows: "a client's own token",
        steps: &[r"POST /oidc/token
                authorization: none
                form grant_type=client_credentials&client_id=client_app&client_secret=secret_app"],
    },
    Case {
        operation: "oidcToken",
        name: "client_by_basic",
        shows: "a client that names itself in a header",
        steps: &[r"POST /oidc/token
                authorization: Basic Y2xpZW50X2FwcDpzZWNyZXRfYXBw
                form grant_type=client_credentials"],
    },
    Case {
        operation: "oidcToken",
        name: "code_exchanged",
        shows: "a one-time code is exchanged, once",
        steps: &[
            r"POST /oidc/token
                authorization: none
                form grant_type=authorization_code&client_id=client_app&client_secret=secret_app&code=code_authenticated",
            r"POST /oidc/token
                authorization: none
                form grant_type=authorization_code&client_id=client_app&client_secret=secret_app&code=code_authenticated",
        ],
    },
    Case {
        operation: "oidcToken",
        name: "refreshed",
        shows: "a refresh token is exchanged",
        steps: &[r"POST /oidc/token
                authorization: none
                form grant_type=refresh_token&client_id=client_app&client_secret=secret_app&refresh_token=refresh_alice_laptop"],
    },
    Case {
        operation: "oidcToken",
        name: "client_refused",
        shows: "a client with a wrong secret",
        steps: &[r"POST /oidc/token
                authorization: none
                form grant_type=client_credentials&client_id=client_app&client_secret=wrong"],
    },
    Case {
        operation: "oidcToken",
        name: "grant_refused",
        shows: "a grant that is not supported, a code that does not exist",
        steps: &[
            r"POST /oidc/token
                authorization: none
                form grant_type=password&client_id=client_app&client_secret=secret_app",
            r"POST /oidc/token
                authorization: none
                form grant_type=authorization_code&client_id=client_app&client_secret=secret_app&code=unknown",
        ],
    },
    Case {
        operation: "oidcToken",
        name: "media_type_unsupported",
        shows: "JSON where a form is expected",
        steps: &[r#"POST /oidc/token
                authorization: none
                {"grant_type":"client_credentials"}"#],
    },
    Case {
        operation: "oidcGetKeys",
        name: "keys",
        shows: "the keys that verify tokens",
        steps: &[r"GET /oidc/jwks
                authorization: none"],
    },
    Case {
        operation: "oidcGetKeys",
        name: "under_the_base_path",
        shows: "the same with the base path of the other APIs",
        steps: &[r"GET /cis/oidc/jwks
                authorization: none"],
    },
    Case {
        operation: "getOidcConfiguration",
        name: "configuration",
        shows: "where everything is, below /oidc",
        steps: &[r"GET /cis/oidc/.well-known/openid-configuration
                authorization: none"],
    },
    Case {
        operation: "getOpenidConfiguration",
        name: "configuration",
        shows: "where everything is, at the origin",
        steps: &[r"GET /.well-known/openid-configuration
                authorization: none"],
    },
];
