//! Every command that tells of findings, run as a user runs it, and the reports that it writes.

use std::fs;
use std::path::Path;

use crate::support::process::Running;
use crate::support::process::call;
use crate::support::process::run;
use crate::support::process::standin;

/// A document with something to tell of: an example that breaks its schema.
pub(super) const PETS: &str = "openapi: 3.0.3\ninfo: {title: pets, version: '1'}\npaths:\n  \
    /pets/{id}:\n    get:\n      operationId: getPet\n      parameters:\n        - {name: id, in: \
    path, required: true, schema: {type: integer}}\n      responses:\n        '200':\n          \
    description: a pet\n          content:\n            application/json:\n              schema: \
    {type: object, required: [name], properties: {name: {type: string}}}\n              example: \
    {nme: Fido}\n";

/// A recording that departs from the document, and holds a secret.
pub(super) const TAPE: &str = concat!(
    r#"{"startedDateTime":"2026-01-01T00:00:00Z","time":1,"request":{"method":"GET","#,
    r#""url":"http://localhost/pets/7","headers":[{"name":"authorization","value":"Bearer "#,
    r#"k7Jx2mQ9vLr4"}]},"response":{"status":200,"headers":[{"name":"content-type","value":"#,
    r#""application/json"}],"content":{"mimeType":"application/json","text":"{\"name\":7}"}}}"#,
    "\n"
);

/// What the commands are run on.
pub(super) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("pets.yaml"), PETS).expect("it is written");
    let cats = PETS.replace("getPet", "getCat").replace("/pets/{id}", "/cats/{id}");
    fs::write(folder.path().join("cats.yaml"), cats).expect("it is written");
    fs::write(folder.path().join("tape.ndjson"), TAPE).expect("it is written");
    folder
}

/// Runs every command, none failing its job; gives each one's reports, by format.
pub(super) fn reports<const N: usize>(formats: [&str; N]) -> Vec<(&'static str, [String; N])> {
    let folder = folder();
    let upstream = Running::start(&["serve", "clerk", "--port", "0", "--format", "json"]);
    let call = "curl -s \"$STANDIN_URL/v1/sessions?limit=501\" -H 'Authorization: Bearer any'; \
                curl -s $STANDIN_URL/pets/seven; exit 0";
    let job = ["--", "bash", "-c", call];
    let clerk = "openapi/clerk-sessions.yaml";
    let root = env!("CARGO_MANIFEST_DIR");
    let clerk = format!("{root}/{clerk}");
    let served: [(&str, Vec<&str>); 4] = [
        ("serve", vec!["clerk", "pets.yaml", "-q"]),
        ("proxy", vec![&clerk, &upstream.url]),
        ("record", vec![&upstream.url, "--spec", "clerk", "--out", "taped", "-q"]),
        ("replay", vec!["tape.ndjson", "--spec", "pets.yaml", "-q"]),
    ];
    let finite: [(&str, Vec<&str>); 4] = [
        ("diff", vec!["pets.yaml", "cats.yaml", "-q"]),
        ("drift", vec!["tape.ndjson", "--spec", "pets.yaml", "-q"]),
        ("lint", vec!["pets.yaml", "clerk", "-q"]),
        ("redact", vec!["tape.ndjson", "--check", "-q"]),
    ];
    let mut told = Vec::new();
    let job: &[&str] = &job;
    let all = served.into_iter().map(|it| (it, job));
    for ((command, arguments), job) in all.chain(finite.into_iter().map(|it| (it, &[][..]))) {
        let mut process = standin(&[command]);
        process.args(arguments).args(targets(command, formats)).args(["--fail-on", "never"]);
        let (code, _, stderr) = run(process.args(job).current_dir(folder.path()));
        assert_eq!(code, 0, "{command}: {stderr}");
        told.push((command, read(folder.path(), command, formats)));
    }
    told.push(("mock", mock(folder.path(), formats)));
    told
}

/// The one that runs no other command.
fn mock<const N: usize>(folder: &Path, formats: [&str; N]) -> [String; N] {
    let mut process = standin(&["mock", "pets.yaml", "--port", "0"]);
    process.args(targets("mock", formats)).env("STANDIN_FORMAT", "json").current_dir(folder);
    let running = Running::spawn(&mut process);
    assert_eq!(call(&running.url, "GET /pets/seven", "").0, 422);
    assert_eq!(call(&running.url, "POST /_standin/stop", "").0, 202);
    assert_eq!(running.end().0, 0);
    read(folder, "mock", formats)
}

fn targets<const N: usize>(command: &str, formats: [&str; N]) -> Vec<String> {
    let target = |format| ["--report".to_owned(), format!("{format}={command}.{format}")];
    formats.into_iter().flat_map(target).collect()
}

fn read<const N: usize>(folder: &Path, command: &str, formats: [&str; N]) -> [String; N] {
    formats.map(|format| {
        let path = folder.join(format!("{command}.{format}"));
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    })
}

#[test]
fn every_command_writes_every_report_and_appends_where_it_is_told_to() {
    for (command, [junit, markdown, html]) in reports(["junit", "markdown", "html"]) {
        let read = quick_junit::Report::deserialize_from_str(&junit).expect("JUnit's XML");
        assert!(read.tests > 0 || command == "record", "{command}: {junit}");
        assert!(markdown.starts_with(&format!("### standin {command}: ✅ passed\n")), "{markdown}");
        assert!(html.ends_with("</html>"), "{command}");
    }
    let folder = folder();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "# A job\n\n").unwrap();
    let target = format!("markdown=+{}", summary.display());
    for _ in 0..2 {
        let mut process = standin(&["lint", "pets.yaml", "-q", "--report", &target]);
        assert_eq!(run(process.current_dir(folder.path())).0, 0);
    }
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("# A job\n\n### standin lint"), "{text}");
    assert_eq!(text.matches("### standin lint: ✅ passed").count(), 2, "{text}");
}
