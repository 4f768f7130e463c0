//! Requests that break the contract, and Clerk's errors for them.

use reqwest::Method;
use reqwest::StatusCode;
use serde_json::Value;

use super::Clerk;
use super::sending;

struct Case {
    call: (Method, &'static str),
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    status: u16,
    code: &'static str,
    message: &'static str,
}

const GET: Case = Case {
    call: (Method::GET, "/v1/sessions?user_id=user_ada"),
    headers: &[],
    body: "",
    status: 422,
    code: "",
    message: "",
};
const POST: Case = Case { headers: &[("content-type", "application/json")], ..GET };

fn cases() -> Vec<Case> {
    let list = |target, code, message| Case { call: (Method::GET, target), code, message, ..GET };
    let post = |target, body, status, code, message| Case {
        call: (Method::POST, target),
        body,
        status,
        code,
        message,
        ..POST
    };
    vec![
        list(
            "/v1/sessions?user_id=u&status=pending",
            "form_param_value_invalid",
            "pending does not match one of the allowed values for parameter status",
        ),
        list(
            "/v1/sessions?user_id=u&limit=many",
            "form_param_type_invalid",
            "`limit` must be a `integer`.",
        ),
        list(
            "/v1/sessions?user_id=u&limit=0",
            "form_param_format_invalid",
            "limit must be greater than or equal to 1.",
        ),
        list(
            "/v1/sessions?user_id=u&offset=-1",
            "form_param_format_invalid",
            "offset must be greater than or equal to 0.",
        ),
        list(
            "/v1/sessions?user_id=u&limit=501",
            "form_param_value_too_large",
            "The value of limit can't be greater than 500",
        ),
        list(
            "/v1/sessions?user_id=u&limit=1&limit=2",
            "form_param_duplicate",
            "limit included multiple times. There should only be one.",
        ),
        Case {
            status: 400,
            ..list(
                "/v1/sessions?user_id=%FF%FE",
                "malformed_request_parameters",
                "The request parameters are malformed and could not be parsed",
            )
        },
        Case {
            call: (Method::PUT, "/v1/sessions"),
            status: 405,
            code: "method_not_allowed",
            message: "This path does not have the method of the request.",
            ..GET
        },
        Case {
            call: (Method::GET, "/v1/sessions/sess_active"),
            headers: &[("accept", "text/html")],
            status: 406,
            code: "not_acceptable",
            message: "This resource is available as application/json alone.",
            ..GET
        },
        Case {
            headers: &[("content-type", "text/plain")],
            ..post(
                "/v1/sessions",
                "user_id=user_ada",
                415,
                "unsupported_content_type",
                "Content-Type text/plain is unsupported. You should use application/json instead.",
            )
        },
        post("/v1/sessions", "{", 400, "request_body_invalid", INVALID_BODY),
        post("/v1/sessions", "[]", 400, "request_body_invalid", INVALID_BODY),
        post(
            "/v1/sessions/sess_active/verify",
            r#"{"colour":"red"}"#,
            422,
            "form_param_unknown",
            "colour is not a valid parameter for this request.",
        ),
        post(
            "/v1/sessions/sess_active/tokens",
            r#"{"expires_in_seconds":29}"#,
            422,
            "form_param_format_invalid",
            "expires_in_seconds must be greater than or equal to 30.",
        ),
        post(
            "/v1/sessions/sess_active/tokens/hasura",
            r#"{"expires_in_seconds":315360001}"#,
            422,
            "form_param_value_too_large",
            "The value of expires_in_seconds can't be greater than 315360000",
        ),
        post(
            "/v1/sessions/sess_active/tokens",
            r#"{"expires_in_seconds":"long"}"#,
            422,
            "form_param_value_invalid",
            "expires_in_seconds is invalid. Received string, must be of type integer.",
        ),
        post(
            "/v1/sessions/sess_active/tokens",
            r#"{"expires_in_seconds":"60"}"#,
            422,
            "form_param_value_invalid",
            "expires_in_seconds is invalid. Received string, must be of type integer.",
        ),
        post(
            "/v1/sessions/sess_active/verify",
            r#"{"token":5}"#,
            422,
            "form_param_value_invalid",
            "token is invalid. Received number, must be of type string.",
        ),
        post(
            "/v1/sessions/sess_active/refresh",
            r#"{"expired_token":null,"refresh_token":"b","request_origin":"c"}"#,
            422,
            "form_param_value_invalid",
            "expired_token is invalid. Received null, must be of type string.",
        ),
        post(
            "/v1/sessions/sess_active/refresh",
            r#"{"expired_token":"a","refresh_token":"b","request_origin":"c","request_headers":[]}"#,
            422,
            "form_param_value_invalid",
            "request_headers is invalid. Received array, must be of type object.",
        ),
        post(
            "/v1/sessions",
            r#"{"user_id":{}}"#,
            422,
            "form_param_value_invalid",
            "user_id is invalid. Received object, must be of type string.",
        ),
        post(
            "/v1/sessions",
            r#"{"user_id":true}"#,
            422,
            "form_param_value_invalid",
            "user_id is invalid. Received bool, must be of type string.",
        ),
        Case {
            headers: &[("clerk-api-version", "2020-01-01")],
            status: 400,
            ..list(
                "/v1/sessions?user_id=user_ada",
                "api_version_invalid",
                "Invalid Clerk API version: 2020-01-01 is not a known version",
            )
        },
        post(
            "/v1/sessions/sess_active/refresh",
            "",
            422,
            "form_param_missing",
            "expired_token must be included.",
        ),
        post(
            "/v1/sessions/sess_active/refresh",
            r#"{"expired_token":"a","refresh_token":"b","request_origin":"c","format":"soap"}"#,
            422,
            "form_param_value_invalid",
            "soap does not match one of the allowed values for parameter format",
        ),
        Case {
            call: (Method::GET, "/v1/sessionz"),
            status: 404,
            code: "resource_not_found",
            message: "The URL was not found",
            ..GET
        },
    ]
}

const INVALID_BODY: &str =
    "The request body is invalid. Please consult the API documentation for more information.";

#[tokio::test]
async fn every_breach_of_the_contract_gets_the_error_that_clerk_has_for_it() {
    let clerk = Clerk::start().await;
    for case in cases() {
        let what = format!("{} {} {}", case.call.0, case.call.1, case.body);
        let http = sending(&[("authorization", "Bearer sk_test_mock")]);
        let mut call = http.request(case.call.0, clerk.server.url(case.call.1));
        for (name, value) in case.headers {
            call = call.header(*name, *value);
        }
        let answer = call.body(case.body).send().await.unwrap();
        let (status, findings) =
            (answer.status().as_u16(), answer.headers().get("standin-findings").cloned());
        assert_eq!(answer.headers()["content-type"], "application/json", "{what}");
        if status == 405 {
            assert_eq!(answer.headers()["allow"], "GET, HEAD, POST", "{what}");
        }
        let errors: Value = answer.json().await.unwrap();
        let first = &errors["errors"][0];
        assert_eq!((status, &first["code"]), (case.status, &Value::from(case.code)), "{what}");
        assert_eq!(first["long_message"], case.message, "{what}");
        assert!(findings.is_some_and(|count| count != "0"), "{what} is a finding");
    }
}

#[tokio::test]
async fn all_form_errors_of_a_body_are_told_at_once() {
    let clerk = Clerk::start().await;
    let http = sending(&[("authorization", "Bearer sk_test_mock")]);
    let url = clerk.server.url("/v1/sessions/sess_active/refresh");
    let answer = http.post(url).json(&serde_json::json!({ "colour": 1 })).send().await.unwrap();
    assert_eq!(answer.status(), 422);
    let errors: Value = answer.json().await.unwrap();
    let told: Vec<&str> = errors["errors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|error| error["meta"]["param_name"].as_str())
        .collect();
    for name in ["expired_token", "refresh_token", "request_origin", "colour"] {
        assert!(told.contains(&name), "{name} is missing in {told:?}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_a_413() {
    let clerk = Clerk::start().await;
    let http = sending(&[("authorization", "Bearer sk_test_mock")]);
    let call = http.post(clerk.server.url("/v1/sessions"));
    let call = call.header("content-type", "application/json").body(vec![b' '; 20 << 20]);
    let answer = call.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let errors: Value = answer.json().await.unwrap();
    assert_eq!(errors["errors"][0]["code"], "request_body_too_large");
}
