//! Traffic of other people's documents, as the mock plays them: recorded without what was planted.

use std::path::PathBuf;

use standin::spec;

use super::ask;
use super::files;
use super::plants::drawn;
use super::plants::forms;
use crate::support::process::Running;
use crate::support::process::standin;

const DOCUMENTS: [&str; 5] = [
    "train-travel-api__.microcks_openapi_5e9439.yaml",
    "learn.openapis.org__examples_v3.0_petstore_d27ff2.json",
    "OpenAPI-Specification__v3.0_pass_uspto_8c1711.yaml",
    "Xero-OpenAPI__xero-projects_20deed.yaml",
    "PowerPlatformConnectors__independent-publisher-connectors_Rebrickable_apiDefinition.swagger_e9466f.json",
];

/// A template with something for each of its parameters.
fn filled(template: &str) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some((head, behind)) = rest.split_once('{') {
        path.push_str(head);
        path.push('7');
        rest = behind.split_once('}').map_or("", |(_, tail)| tail);
    }
    path + rest
}

#[test]
fn what_is_sent_in_secret_to_other_peoples_documents_is_not_recorded() {
    let corpora = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/specs");
    let mut number = 3000;
    for name in DOCUMENTS {
        let file = corpora.join(name);
        let document =
            spec::load::from_file(&file).expect("the corpora belong beside the checkout");
        let folder = tempfile::tempdir().expect("a folder");
        let path = file.to_str().expect("a path");
        let mut command = standin(&["mock", path, "--port", "0"]);
        let running = Running::greeted(command.arg("--record").arg(folder.path()));
        let mut planted = Vec::new();
        for operation in document.operations.iter().take(20) {
            let secrets: Vec<String> = (0..5).map(|at| drawn(number + at, 24)).collect();
            number += 5;
            let [bearer, key, cookie, query, member] = &secrets[..] else {
                panic!("there are five")
            };
            let base = operation.base_paths.first().map_or("", String::as_str);
            let path = format!("{base}{}", filled(&operation.template));
            let sign = if path.contains('?') { '&' } else { '?' };
            let call = format!("{} {path}{sign}access_token={query}", operation.method);
            let fields = format!(
                "authorization: Bearer {bearer}\r\nx-api-key: {key}\r\ncookie: sid={cookie}\r\n\
                 content-type: application/json\r\n"
            );
            ask(
                &running.url,
                &call,
                &fields,
                &format!("{{\"a\":[{{\"password\":\"{member}\"}}]}}"),
            );
            planted.extend(secrets);
        }
        running.signal("TERM");
        let recorded = files(folder.path());
        let text: String = recorded.into_iter().map(|(_, text)| text).collect();
        assert_eq!(text.matches("\"startedDateTime\"").count() * 5, planted.len(), "{name}");
        for secret in planted {
            assert!(forms(&secret).iter().all(|form| !text.contains(form)), "{secret} of {name}");
        }
    }
}
