//! The OIDC companion: grants, client authentication, keys, discovery.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;
use standin::finding::Level;
use standin::token::decode_unverified;

use crate::apis::transmit::Transmit;
use crate::apis::transmit::answer;
use crate::apis::transmit::claims;
use crate::support;

/// Posts a form: status and content.
async fn post(transmit: &Transmit, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let response = transmit
        .raw(reqwest::Method::POST, path)
        .header("content-type", "application/x-www-form-urlencoded");
    let text: Vec<String> = form.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let response = response.body(text.join("&")).send().await.expect("an answer");
    assert!(response.headers()["cache-control"] == "no-store", "tokens are not cached");
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

const CLIENT: [(&str, &str); 2] = [("client_id", "client_app"), ("client_secret", "secret_app")];

fn with<'f>(more: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    CLIENT.iter().chain(more).copied().collect()
}

#[tokio::test]
async fn a_client_token_has_the_documented_claims_and_permissions() {
    let transmit = Transmit::start().await;
    let token = transmit.client_token("reader").await;
    let claims = claims(&transmit, &token);
    assert_eq!(claims["iss"], "https://userid.security");
    assert_eq!(claims["sub"], "client_reader");
    assert_eq!(claims["aud"], "userid-api");
    assert_eq!(claims["app_id"], "app_reader");
    assert_eq!(claims["ts_roles"], json!(["session reader"]));
    assert_eq!(claims["ts_permissions"], json!(["sessions:read"]));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    let form = with(&[("grant_type", "client_credentials"), ("resource", "https://r.example.com")]);
    let (status, tokens) = post(&transmit, "/cis/oidc/token", &form).await;
    assert_eq!(status, 200, "below /cis as well");
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert!(tokens.get("refresh_token").is_none());
    let (_, claims) = decode_unverified(tokens["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(claims["aud"], "https://r.example.com");
    assert!(claims["ts_permissions"].as_array().unwrap().contains(&json!("sessions:delete")));
    transmit.0.findings().assert_none();
}

#[tokio::test]
async fn the_published_keys_verify_the_tokens() {
    let transmit = Transmit::start().await;
    let token = transmit.client_token("app").await;
    let keys = answer(transmit.oidc().oidc_get_keys().send().await).unwrap();
    let (header, _) = decode_unverified(&token).unwrap();
    let key = keys.keys.iter().find(|key| key.kid == header["kid"]).expect("the key is there");
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let public = ring::signature::RsaPublicKeyComponents { n: decode(&key.n), e: decode(&key.e) };
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let algorithm = &ring::signature::RSA_PKCS1_2048_8192_SHA256;
    public.verify(algorithm, signed.as_bytes(), &decode(signature)).expect("it verifies");
}

#[tokio::test]
async fn a_client_proves_itself_by_body_or_basic_and_not_by_both() {
    let transmit = Transmit::start().await;
    let grant = [("grant_type", "client_credentials")];
    let basic = async |secret: &str, more: &str| {
        let call = transmit.raw(reqwest::Method::POST, "/oidc/token");
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let call = call.basic_auth("client_app", Some(secret));
        call.body(format!("grant_type=client_credentials{more}")).send().await.unwrap()
    };
    assert_eq!(basic("secret_app", "").await.status(), 200);
    assert_eq!(basic("secret%5Fapp", "").await.status(), 200, "form-encoded underneath");
    let wrong = basic("wrong", "").await;
    assert_eq!(wrong.status(), 401);
    assert!(wrong.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    let both = basic("secret_app", "&client_id=client_app&client_secret=secret_app").await;
    assert_eq!(both.status(), 400);
    assert_eq!(both.json::<Value>().await.unwrap()["error"], "invalid_request");
    let (status, error) = post(&transmit, "/oidc/token", &grant).await;
    assert_eq!((status, &error["error"]), (401, &json!("invalid_client")), "no client at all");
    let nobody = transmit.raw(reqwest::Method::POST, "/oidc/token");
    let nobody = nobody.header("content-type", "application/x-www-form-urlencoded");
    let nobody = nobody.body("grant_type=client_credentials").send().await.unwrap();
    assert_eq!(nobody.headers()["www-authenticate"], "Basic realm=\"oidc\"", "as every 401");
    let form = [grant[0], ("client_id", "client_app"), ("client_secret", "wrong")];
    let (status, error) = post(&transmit, "/oidc/token", &form).await;
    assert_eq!((status, &error["error"]), (401, &json!("invalid_client")), "a wrong secret");
    let form = [grant[0], ("client_id", "stranger"), ("client_secret", "any")];
    assert_eq!(post(&transmit, "/oidc/token", &form).await.0, 200, "lenient");
    let strict = Transmit::strict().await;
    assert_eq!(post(&strict, "/oidc/token", &form).await.0, 401, "strict");
}

#[tokio::test]
async fn every_error_of_the_standard_is_given() {
    let transmit = Transmit::start().await;
    let code = ("grant_type", "authorization_code");
    let callback = "https%3A%2F%2Felsewhere.example.com";
    let table: Vec<(Vec<(&str, &str)>, &str)> = vec![
        (CLIENT.to_vec(), "invalid_request"),
        (with(&[("grant_type", "password")]), "unsupported_grant_type"),
        (with(&[("grant_type", "client_credentials"), ("scope", "moon")]), "invalid_scope"),
        (with(&[code]), "invalid_request"),
        (with(&[code, ("code", "none")]), "invalid_grant"),
        (with(&[code, ("code", "code_completed")]), "invalid_grant"),
        (with(&[code, ("code", "code_registered"), ("redirect_uri", callback)]), "invalid_grant"),
        (with(&[("grant_type", "refresh_token")]), "invalid_request"),
        (with(&[("grant_type", "moonlight")]), "unsupported_grant_type"),
        (
            with(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", "refresh_bob_laptop"),
                ("scope", "openid+admin"),
            ]),
            "invalid_scope",
        ),
        (with(&[("grant_type", "refresh_token"), ("refresh_token", "none")]), "invalid_grant"),
        (
            vec![
                ("client_id", "client_without_redirect"),
                ("client_secret", "secret_without_redirect"),
                code,
                ("code", "code_registered"),
            ],
            "unauthorized_client",
        ),
        (
            vec![
                ("client_id", "client_reader"),
                ("client_secret", "secret_reader"),
                code,
                ("code", "code_registered"),
            ],
            "invalid_grant",
        ),
    ];
    for (form, expected) in table {
        let (status, error) = post(&transmit, "/oidc/token", &form).await;
        assert_eq!((status, error["error"].as_str()), (400, Some(expected)), "{form:?}");
    }
}

#[tokio::test]
async fn a_code_serves_once_and_not_for_long() {
    let transmit = Transmit::start().await;
    transmit.exchange("code_registered").await.expect("the first time");
    let (status, error) = transmit.exchange("code_registered").await.unwrap_err();
    assert_eq!((status, error.error.to_string().as_str()), (400, "invalid_grant"));
    transmit.0.engine().clock().advance(Duration::from_secs(600));
    let (_, error) = transmit.exchange("code_authenticated").await.unwrap_err();
    assert_eq!(error.error_description.as_deref(), Some("The authorization code has expired"));
}

#[tokio::test]
async fn a_refresh_token_is_replaced_by_the_next() {
    let transmit = Transmit::start().await;
    let tokens = transmit.refresh("refresh_bob_laptop").await.unwrap();
    transmit.refresh("refresh_bob_laptop").await.expect_err("it was replaced");
    let next = tokens.refresh_token.expect("a new one").to_string();
    let tokens = transmit.refresh(&next).await.unwrap();
    let identity = claims(&transmit, tokens.id_token.as_deref().expect("an ID token"));
    assert_eq!(identity["sub"], "user_bob");
    assert_eq!(identity["aud"], "client_app");
    transmit.refresh("refresh_carol_revoked").await.expect_err("it was revoked");
}

#[tokio::test]
async fn discovery_stands_at_both_places_and_names_what_there_is() {
    let transmit = Transmit::start().await;
    let oidc = transmit.oidc();
    let published = answer(oidc.get_oidc_configuration().send().await).unwrap();
    let standard = answer(oidc.get_openid_configuration().send().await).unwrap();
    assert_eq!(published, standard);
    assert_eq!(standard.issuer, "https://userid.security");
    assert_eq!(standard.token_endpoint, transmit.0.url("/oidc/token"));
    assert_eq!(standard.jwks_uri, transmit.0.url("/oidc/jwks"));
    transmit.0.findings().assert_none();
    let mounted = support::builder("transmit").mount("transmit", "/transmit");
    let mounted = Transmit(support::start(mounted).await);
    let path = "/transmit/cis/oidc/.well-known/openid-configuration";
    let response = mounted.raw(reqwest::Method::GET, path).send().await.unwrap();
    let metadata: Value = response.json().await.unwrap();
    assert_eq!(metadata["jwks_uri"], mounted.0.url("/transmit/cis/oidc/jwks"));
    let path = "/transmit/cis/oidc/jwks";
    assert_eq!(mounted.raw(reqwest::Method::GET, path).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_the_form_lacks_is_a_finding() {
    for (form, property, status) in [
        (with(&[("grant_type", "authorization_code")]), "code", 400),
        (with(&[("grant_type", "refresh_token")]), "refresh_token", 400),
        (vec![("grant_type", "client_credentials")], "client_id", 401),
    ] {
        let transmit = Transmit::start().await;
        assert_eq!(post(&transmit, "/oidc/token", &form).await.0, status);
        let findings = transmit.0.findings();
        let finding = findings.all().first().expect("a finding");
        assert_eq!((finding.rule, finding.level), ("request-body-mismatch", Level::Error));
        assert!(finding.title.contains(&format!("`{property}`")), "{}", finding.title);
        let place = finding.places[0].pointer.to_string();
        assert_eq!(place, format!("/components/schemas/TokenRequest/properties/{property}"));
    }
}

#[tokio::test]
async fn a_grant_that_only_the_vendor_has_is_no_fault_of_the_client() {
    let transmit = Transmit::start().await;
    for grant in ["password", "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"] {
        let (status, error) = post(&transmit, "/oidc/token", &with(&[("grant_type", grant)])).await;
        assert_eq!((status, &error["error"]), (400, &json!("unsupported_grant_type")), "{grant}");
    }
    let findings = transmit.0.findings();
    let levels: Vec<Level> = findings.all().iter().map(|finding| finding.level).collect();
    assert_eq!(levels, [Level::Info]);
}

#[tokio::test]
async fn basic_credentials_that_can_not_be_read_are_challenged_and_found() {
    let transmit = Transmit::start().await;
    for client in ["", "&client_id=client_app&client_secret=secret_app"] {
        let call = transmit.raw(reqwest::Method::POST, "/oidc/token");
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let call = call.header("authorization", "Basic !!!");
        let call = call.body(format!("grant_type=client_credentials{client}"));
        let response = call.send().await.unwrap();
        assert_eq!(response.status(), 401, "{client}");
        assert_eq!(response.headers()["www-authenticate"], "Basic realm=\"oidc\"");
    }
    let findings = transmit.0.findings();
    assert_eq!(findings.all().first().expect("a finding").rule, "credentials-malformed");
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_the_next_for_all_again() {
    let transmit = Transmit::start().await;
    let refresh = async |token: &str, scope: &[(&str, &str)]| {
        let mut form = with(&[("grant_type", "refresh_token"), ("refresh_token", token)]);
        form.extend(scope);
        let (status, tokens) = post(&transmit, "/oidc/token", &form).await;
        assert_eq!(status, 200, "{tokens}");
        tokens
    };
    let less = refresh("refresh_bob_laptop", &[("scope", "openid")]).await;
    assert_eq!(less["scope"], "openid");
    assert_eq!(claims(&transmit, less["access_token"].as_str().unwrap())["scope"], "openid");
    let next = less["refresh_token"].as_str().unwrap();
    assert_eq!(refresh(next, &[]).await["scope"], "openid offline_access");
}

#[tokio::test]
async fn a_code_of_another_client_is_refused_with_the_client_that_it_belongs_to() {
    let transmit = Transmit::start().await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "my_client"),
        ("client_secret", "any"),
        ("code", "code_registered"),
    ];
    let (status, error) = post(&transmit, "/oidc/token", &form).await;
    assert_eq!((status, &error["error"]), (400, &json!("invalid_grant")));
    let said = "The authorization code was issued to client_app";
    assert_eq!(error["error_description"], said);
}

#[tokio::test]
async fn without_checks_every_grant_is_given_to_whoever_asks() {
    let transmit = Transmit::off().await;
    let credentials = ("grant_type", "client_credentials");
    let code = [("grant_type", "authorization_code"), ("code", "code_registered")];
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "refresh_bob_laptop")];
    let wrong = ("client_secret", "wrong");
    for form in [
        vec![credentials],
        vec![credentials, ("client_id", "client_app"), wrong],
        code.to_vec(),
        [&refresh[..], &[("client_id", "client_reader"), wrong]].concat(),
    ] {
        let (status, tokens) = post(&transmit, "/oidc/token", &form).await;
        assert_eq!(status, 200, "{form:?}: {tokens}");
    }
}
