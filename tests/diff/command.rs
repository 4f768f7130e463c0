//! `standin diff`: where descriptions come from, what decides the exit code, how it is told.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::process::run;
use crate::support::process::standin;

const BASE: &str = "\
openapi: 3.0.3
info: {title: Pets, version: '1'}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      responses:
        '200': {description: Pets, content: {application/json: {schema: {$ref: 'pet.yaml'}}}}
  /owners: {get: {operationId: listOwners, responses: {'200': {description: Owners}}}}
";

const PET: &str = "{type: object, required: [name], properties: {name: {type: string}}}\n";

/// A folder with a base, a revision, and what both refer to.
fn folder(revision: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("base.yaml"), BASE).unwrap();
    std::fs::write(folder.path().join("revision.yaml"), revision).unwrap();
    std::fs::write(folder.path().join("pet.yaml"), PET).unwrap();
    folder
}

fn diff(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let all: Vec<&str> = ["diff"].iter().chain(arguments).copied().collect();
    run(standin(&all).current_dir(folder))
}

fn report(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let all: Vec<&str> = ["--report", "json"].iter().chain(arguments).copied().collect();
    let (code, stdout, stderr) = diff(folder, &all);
    (code, serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stderr}")))
}

fn rules(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect()
}

/// A maximum that is lowered, an operation that is gone, and one that is new.
fn changed() -> String {
    BASE.replace("maximum: 100", "maximum: 50").replace("/owners", "/keepers")
}

#[test]
fn what_breaks_fails_and_is_told_with_both_places() {
    let folder = folder(&changed());
    let (code, report) = report(folder.path(), &["base.yaml", "revision.yaml"]);
    assert_eq!(code, 1);
    let found = [
        "request-parameter-max-decreased",
        "api-path-removed-without-deprecation",
        "endpoint-added",
    ];
    assert_eq!(rules(&report), found);
    let first = &report["findings"][0];
    assert_eq!(first["id"], first["rule"]);
    assert_eq!((&first["blame"], &first["where"]), (&"document".into(), &"request".into()));
    assert_eq!(
        (&first["instance"], &first["operation"]),
        (&"query.limit".into(), &"listPets".into())
    );
    let places: Vec<String> = first["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            format!(
                "{} {}:{}",
                it["role"].as_str().unwrap(),
                it["file"].as_str().unwrap(),
                it["line"]
            )
        })
        .collect();
    assert_eq!(places, ["revision revision.yaml:8", "base base.yaml:8"]);
    assert_eq!(report["comparison"]["step"], "major");
}

#[test]
fn a_person_is_told_what_where_and_which_step_the_version_should_take() {
    let folder = folder(&changed());
    let (code, stdout, _) = diff(folder.path(), &["base.yaml", "revision.yaml"]);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/diff");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("told-to-a-person", format!("exit {code}\n{stdout}")));
}

#[test]
fn nothing_that_breaks_passes_and_asks_for_no_major_step() {
    let table = [
        (BASE.to_owned(), "none"),
        (BASE.replace("description: Pets", "description: All pets"), "patch"),
        (BASE.replace("maximum: 100", "maximum: 200"), "minor"),
    ];
    for (revision, step) in table {
        let folder = folder(&revision);
        let (code, report) = report(folder.path(), &["base.yaml", "revision.yaml"]);
        assert_eq!((code, &report["comparison"]["step"]), (0, &step.into()), "{step}");
    }
}

#[test]
fn levels_and_known_differences_are_read_from_files_as_oasdiff_writes_them() {
    let folder = folder(&changed());
    let at = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let files = ["base.yaml", "revision.yaml"];
    let with = |more: &[&'static str]| {
        let all: Vec<&str> = files.iter().chain(more).copied().collect();
        report(folder.path(), &all)
    };
    at("levels.txt", "request-parameter-max-decreased info\n# all\nendpoint-added none\n");
    let (code, told) = with(&["--severity-levels", "levels.txt"]);
    assert_eq!(code, 1);
    assert_eq!(
        rules(&told),
        ["api-path-removed-without-deprecation", "request-parameter-max-decreased"]
    );
    at(
        "errors.txt",
        "GET /owners api path removed without deprecation\n\
        GET /pets for the `query` request parameter `limit`, the max was decreased from `100.00` to `50.00`\n",
    );
    let (code, told) = with(&["--err-ignore", "errors.txt"]);
    assert_eq!((code, rules(&told)), (0, vec!["endpoint-added"]));
    at(
        "errors.txt",
        "GET /pets for the `query` request parameter `limit`, the max was decreased from `100.00` to `10.00`\n\
        POST /owners api path removed without deprecation\n",
    );
    let (_, told) = with(&["--err-ignore", "errors.txt"]);
    assert_eq!(rules(&told).len(), 3, "others are not known");
    let (code, _) = with(&[
        "--severity",
        "request-parameter-max-decreased=warning",
        "--severity",
        "api-path-removed-without-deprecation=info",
    ]);
    assert_eq!(code, 0);
    at("levels.txt", "endpoint-added perhaps\n");
    let (code, _, stderr) =
        diff(folder.path(), &["base.yaml", "revision.yaml", "--severity-levels", "levels.txt"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("line 1"), "{stderr}");
}

#[test]
fn only_what_is_asked_for_is_told() {
    let folder = folder(&changed().replace("description: Pets", "description: All pets"));
    let files = ["base.yaml", "revision.yaml", "--only"];
    let told = |which: &str| {
        let all: Vec<&str> = files.iter().copied().chain([which]).collect();
        let (code, report) = report(folder.path(), &all);
        let told: Vec<String> = rules(&report).iter().map(|it| (*it).to_owned()).collect();
        (code, told)
    };
    assert_eq!(told("docs"), (0, vec!["description-changed".to_owned()]));
    assert_eq!(told("additive"), (0, vec!["endpoint-added".to_owned()]));
    assert_eq!(told("breaking").1.len(), 2);
    assert_eq!(told("breaking,docs").1.len(), 3);
}

#[test]
fn witnesses_are_a_recording_that_replay_takes() {
    let revision = changed().replace("maximum: 50", "maximum: 50, multipleOf: 5");
    let folder = folder(&revision);
    let arguments = ["base.yaml", "revision.yaml", "--witness", "shown"];
    let (code, found) = report(folder.path(), &arguments);
    assert_eq!(code, 1);
    let is_shown = |it: &&Value| it["proof"] == "witness";
    let shown = found["findings"].as_array().unwrap().iter().filter(is_shown).count();
    let (entries, unread) = standin::tape::read::paths(&[folder.path().join("shown")]).unwrap();
    assert_eq!((unread.len(), entries.len()), (0, shown));
    assert!(shown > 1, "{found:#}");
    // The calls are what the base takes and the revision does not.
    let drift = |spec: &str| {
        let arguments = ["drift", "shown", "--spec", spec, "--report", "json"];
        let (_, stdout, _) = run(standin(&arguments).current_dir(folder.path()));
        let report: Value = serde_json::from_str(&stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        findings.iter().filter(|it| it["level"] == "error").count()
    };
    assert_eq!(drift("base.yaml"), 0);
    assert!(drift("revision.yaml") > 0);
}

#[test]
fn a_revision_of_git_is_read_with_the_files_that_it_refers_to() {
    let folder = folder(BASE);
    let git = |arguments: &[&str]| {
        let identity =
            ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        let ended =
            Command::new("git").args(identity).args(arguments).current_dir(folder.path()).output();
        let ended = ended.expect("git runs");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "one"]);
    std::fs::write(folder.path().join("pet.yaml"), PET.replace("[name]", "[]")).unwrap();
    let (code, told) = report(folder.path(), &["HEAD:base.yaml", "base.yaml"]);
    assert_eq!((code, rules(&told)), (1, vec!["response-property-became-optional"]));
    let base = &told["findings"][0]["places"][1];
    assert_eq!((&base["role"], &base["file"]), (&"base".into(), &"HEAD:pet.yaml".into()));
    git(&["commit", "-qam", "two"]);
    let (code, _) = report(folder.path(), &["HEAD~1:./base.yaml", "HEAD:./base.yaml"]);
    assert_eq!(code, 1);
    let (code, _, stderr) = diff(folder.path(), &["HEAD~9:base.yaml", "base.yaml"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("git says"), "{stderr}");
}

#[test]
fn git_can_call_it_as_a_driver() {
    let folder = folder(&changed());
    let seven =
        ["api.yaml", "base.yaml", "0123456", "100644", "revision.yaml", "abcdef0", "100644"];
    let (code, stdout, stderr) = diff(folder.path(), &seven);
    assert_eq!(code, 0, "a driver that fails would end git: {stderr}");
    assert!(stdout.contains("error[request-parameter-max-decreased]"), "{stdout}");
    let (code, _, stderr) = diff(folder.path(), &["base.yaml"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("BASE and REVISION"), "{stderr}");
}

#[test]
fn all_rules_are_listed_with_what_why_and_an_example() {
    let (code, stdout, _) = run(&mut standin(&["diff", "--rules"]));
    assert_eq!(code, 0);
    for rule in standin::diff::rules::all() {
        assert!(stdout.contains(&format!("\n{}  ({})\n", rule.id, rule.level)), "{}", rule.id);
        assert!(rule.what.ends_with('.') && rule.why.ends_with('.'), "{}", rule.id);
    }
    let mut ids: Vec<&str> = standin::diff::rules::all().map(|rule| rule.id).collect();
    ids.extend(standin::finding::RULES.iter().map(|rule| rule.id));
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands twice");
}

#[test]
fn the_same_difference_has_the_same_fingerprint_wherever_it_is_written() {
    let one = folder(&changed());
    let (_, first) = report(one.path(), &["base.yaml", "revision.yaml"]);
    let moved = changed().replace("info:", "# moved down\n\ninfo:");
    let other = folder(&moved);
    let (_, second) = report(other.path(), &["base.yaml", "revision.yaml"]);
    let prints = |report: &Value| -> Vec<Value> {
        report["findings"].as_array().unwrap().iter().map(|it| it["fingerprint"].clone()).collect()
    };
    assert_eq!(prints(&first), prints(&second));
}
