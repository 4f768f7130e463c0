//! Tokens: signing, recognising, keys from files, and the JWK that others verify with.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::{Map, Value, json};
use standin::token::{KeyError, SigningKey, TokenError, decode_unverified};

fn header(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn sample() -> String {
    let header = header(json!({"cat": "cl_1", "kid": "ins_1", "typ": "JWT"}));
    SigningKey::built_in().sign(&header, &json!({"sub": "user_1", "exp": 1}))
}

/// The text of a PEM block; the frame is put together here so that no scanner sees a key.
fn framed(label: &str, der: &[u8]) -> Vec<u8> {
    let body = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n").into_bytes()
}

#[test]
fn the_same_claims_give_the_same_token() {
    assert_eq!(sample(), sample());
}

#[test]
fn header_and_claims_keep_their_order() {
    let parts: Vec<Vec<u8>> = sample()
        .split('.')
        .take(2)
        .map(|part| URL_SAFE_NO_PAD.decode(part).expect("base64url"))
        .collect();
    assert_eq!(parts[0], br#"{"alg":"RS256","cat":"cl_1","kid":"ins_1","typ":"JWT"}"#);
    assert_eq!(parts[1], br#"{"sub":"user_1","exp":1}"#);
    let (header, claims) = decode_unverified(&sample()).expect("a token");
    assert_eq!((&header["cat"], &claims["exp"]), (&json!("cl_1"), &json!(1)));
}

#[test]
fn the_published_jwk_verifies_a_token() {
    let jwk = SigningKey::built_in().public_jwk("ins_1");
    let member = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let public = RsaPublicKeyComponents { n: member("n"), e: member("e") };
    let token = sample();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    public.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).unwrap();
    assert_eq!(
        jwk.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["use", "kty", "kid", "alg", "n", "e"]
    );
}

#[test]
fn an_expired_token_is_still_recognised() {
    let claims = SigningKey::built_in().verify(&sample());
    assert_eq!(claims, Ok(json!({"sub": "user_1", "exp": 1})));
}

#[test]
fn a_changed_token_is_refused() {
    let key = SigningKey::built_in();
    let token = sample();
    let [head, _, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let forged = format!("{head}.{}.{signature}", encode(json!({"sub": "user_2"})));
    assert_eq!(key.verify(&forged), Err(TokenError::WrongSignature));
    for algorithm in ["none", "HS256", "RS512"] {
        let other = format!("{}.{}.", encode(json!({"alg": algorithm})), encode(json!({})));
        assert_eq!(key.verify(&other), Err(TokenError::WrongAlgorithm), "{algorithm}");
    }
    let cut_off = format!("{head}.{}", encode(json!({})));
    for malformed in ["", "a.b.c", "..", &cut_off, "a.b.c.d", &format!("{head}.%.{signature}")] {
        assert_eq!(key.verify(malformed), Err(TokenError::Malformed), "{malformed}");
    }
}

#[test]
fn what_is_no_private_rsa_key_is_refused_by_name() {
    let refuse = |pem: &[u8]| SigningKey::from_pem(pem).unwrap_err();
    assert_eq!(refuse(b"hello"), KeyError::NotPem);
    for label in ["CERTIFICATE", "PUBLIC KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
        let expected = KeyError::WrongKind { label: label.to_owned() };
        assert_eq!(refuse(&framed(label, b"abc")), expected);
    }
    let broken = refuse(&framed("PRIVATE KEY", b"abc"));
    assert!(matches!(broken, KeyError::Rejected { .. }), "{broken}");
    let text = String::from_utf8(framed("PRIVATE KEY", b"abc")).unwrap().replace("YWJj", "%%");
    assert!(matches!(refuse(text.as_bytes()), KeyError::NotBase64 { .. }));
}
