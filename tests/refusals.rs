//! What a stranger is told of a broken request: where, what came, what was expected, what to do.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use reqwest::Method;
use serde_json::Map;
use serde_json::json;
use standin::Server;
use standin::report::Excerpts;
use standin::report::text;
use standin::spec::Document;
use standin::spec::load;
use standin::token::SigningKey;

use crate::support::calls::call_as_stranger;
use crate::support::calls::json_of;

/// Method, path, header fields, body.
type Broken = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

/// What lets a call in.
const IN: [(&str, &str); 2] = [("x-key", "k"), ("x-tenant", "acme")];

const BROKEN: [Broken; 31] = [
    ("GET", "/orders?limit=many", &IN, ""),
    ("GET", "/orders?limit=500", &IN, ""),
    ("GET", "/orders?limit=1&limit=2", &IN, ""),
    ("GET", "/orders?status=open&status=gone", &IN, ""),
    ("GET", "/orders?sort=a|b|c", &IN, ""),
    ("GET", "/orders?filter[price][min]=cheap", &IN, ""),
    ("GET", "/orders?filter[price=1", &IN, ""),
    ("GET", "/orders?filter=cheap", &IN, ""),
    ("GET", "/orders?filter[price]=1&filter[price][min]=1", &IN, ""),
    ("GET", "/orders?area={%22lat%22:1}", &IN, ""),
    ("GET", "/orders?area={%22lat%22", &IN, ""),
    ("GET", "/orders?after=100%", &IN, ""),
    ("GET", "/orders?range=from", &IN, ""),
    ("GET", "/orders?access_token=hushhush", &IN, ""),
    ("GET", "/orders?access_token=hushhush&access_token=x", &IN, ""),
    ("GET", "/orders?area=%7B%22password%22:%22hushhush%22", &IN, ""),
    ("GET", "/orders", &[("x-key", "k")], ""),
    ("GET", "/orders", &[("x-key", "k"), ("x-tenant", "ac"), ("cookie", "theme=pink")], ""),
    ("GET", "/orders", &[("x-tenant", "acme")], ""),
    ("GET", "/orders", &[("x-tenant", "acme"), ("authorization", "Basic YTpi")], ""),
    ("GET", "/orders", &[("x-tenant", "acme"), ("authorization", "TOKEN")], ""),
    ("GET", "/orders/first", &[], ""),
    ("GET", "/shelves/row=1", &[], ""),
    ("GET", "/maps/;tile=1,2", &[], ""),
    ("GET", "/order", &IN, ""),
    ("DELETE", "/orders", &IN, ""),
    ("GET", "/orders", &[IN[0], IN[1], ("accept", "text/html")], ""),
    ("POST", "/orders", &IN, ""),
    ("POST", "/orders", &[IN[0], IN[1], ("content-type", "application/json")], "{\"items\": ["),
    (
        "POST",
        "/orders",
        &[IN[0], IN[1], ("content-type", "application/json")],
        "{\"items\": [{\"amount\": 0}]}",
    ),
    ("POST", "/orders", &[IN[0], IN[1], ("content-type", "text/csv")], "a,b"),
];

#[tokio::test]
async fn every_broken_request_is_told_so_that_a_stranger_can_mend_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/refusals/shop.yaml");
    let document = Arc::new(load::from_file(&file).expect("the fixture can be read"));
    let mut told = String::new();
    for broken in BROKEN {
        told.push_str(&tell(&document, broken).await);
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/refusals");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("requests", told));
}

/// A request, the answer's status and title, and the findings about it.
async fn tell(document: &Arc<Document>, (method, path, fields, body): Broken) -> String {
    let server = Server::builder().document("shop", Arc::clone(document)).start().await.unwrap();
    let bearer = format!("Bearer {}", token());
    let named = fields
        .iter()
        .map(|(name, value)| (*name, if *value == "TOKEN" { bearer.as_str() } else { *value }));
    let named: Vec<(&str, &str)> = named.collect();
    let method: Method = method.parse().expect("a method");
    let response = call_as_stranger(&server, method.clone(), path, &named, body).await;
    let status = response.status().as_u16();
    let shown = fields.iter().filter(|(name, _)| !IN.iter().any(|(known, _)| known == name));
    let shown: Vec<String> = shown.map(|(name, value)| format!("{name}: {value}")).collect();
    let title = json_of(response).await["title"].clone();
    let mut told = format!("=== {method} {path} {} {body}\n", shown.join(", "));
    let _ = writeln!(told, "{status} {title}\n");
    let (findings, _) = server.engine().total_findings();
    let excerpts =
        Excerpts::of(&findings, |file, number| document.line(file, number).map(str::to_owned));
    for finding in &findings {
        let finding = text::finding(finding, &excerpts);
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
        assert!(!finding.contains(&*token()) && !finding.contains("hushhush"), "{finding}");
        told.push_str(&finding.replace(root, ""));
        told.push('\n');
    }
    assert!((400..500).contains(&status), "{told}");
    told
}

/// A token that names its scopes, without the one that is demanded.
fn token() -> String {
    SigningKey::built_in().sign(&Map::new(), &json!({"scope": "shelves"}))
}
