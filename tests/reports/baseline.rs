//! What is known fails no job; what is new does; what is gone is told.

use std::fs;
use std::path::Path;

use serde_json::Value;
use standin::finding::Fingerprint;
use standin::report::Baseline;

use super::commands::folder;
use super::render;
use super::sample;
use crate::support::process::run;
use crate::support::process::standin;

/// Runs a command in a folder: exit code, what it said, and its report.
fn told(folder: &Path, arguments: &[&str]) -> (i32, String, Value) {
    let (command, rest) = arguments.split_first().expect("a command");
    let mut process = standin(&[command, "--report", "json=report.json"]);
    let (code, _, stderr) = run(process.args(rest).current_dir(folder));
    let report = fs::read_to_string(folder.join("report.json")).unwrap_or_default();
    (code, stderr, serde_json::from_str(&report).unwrap_or_default())
}

/// Rules of a report's findings, known ones with a `*`.
fn rules(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings");
    let rule = |finding: &Value| {
        let mark = if finding["known"] == true { "*" } else { "" };
        format!("{}{mark}", finding["rule"].as_str().unwrap_or_default())
    };
    findings.iter().map(rule).collect()
}

#[test]
fn a_known_finding_fails_no_job_and_a_new_one_does_whatever_the_command() {
    let job = [
        "--",
        "bash",
        "-c",
        "curl -s $STANDIN_URL/pets/7; curl -s $STANDIN_URL/pets/x; \
         curl -s $STANDIN_URL/v1/sessions?limit=501 -H 'Authorization: Bearer any'",
    ];
    let upstream = crate::support::process::Running::start(&[
        "serve", "clerk", "--port", "0", "--format", "json",
    ]);
    let with_job = |arguments: &[&'static str]| [arguments, &job].concat();
    let url: &'static str = Box::leak(upstream.url.clone().into_boxed_str());
    let commands: [Vec<&str>; 8] = [
        vec!["diff", "pets.yaml", "cats.yaml"],
        vec!["lint", "pets.yaml", "--severity", "example-mismatch=error"],
        vec!["drift", "tape.ndjson", "--spec", "pets.yaml"],
        vec!["redact", "tape.ndjson", "--check"],
        with_job(&["serve", "pets.yaml"]),
        with_job(&["replay", "tape.ndjson", "--spec", "pets.yaml"]),
        with_job(&["proxy", "pets.yaml", url, "--fail-on", "error"]),
        with_job(&["record", url, "--spec", "clerk", "--out", "taped"]),
    ];
    for command in commands {
        let folder = folder();
        let at = command.iter().position(|word| *word == "--").unwrap_or(command.len());
        let run = |flags: &[&'static str]| {
            told(folder.path(), &[&command[..at], flags, &command[at..]].concat())
        };
        let (code, stderr, before) = run(&[]);
        assert_eq!(code, 1, "{command:?}: {stderr}");
        let (code, stderr, _) = run(&["--baseline", "known.txt"]);
        assert_eq!(code, 2, "{command:?}: {stderr}");
        assert!(
            stderr.contains("there is no baseline known.txt yet; --update-baseline"),
            "{stderr}"
        );
        let (code, stderr, _) = run(&["--baseline", "known.txt", "--update-baseline"]);
        assert_eq!(code, 0, "{command:?}: {stderr}");
        let (code, stderr, after) = run(&["--baseline", "known.txt"]);
        assert_eq!(code, 0, "{command:?}: {stderr}");
        let failing = before["findings"].as_array().map(Vec::len).unwrap_or_default();
        let known = rules(&after).iter().filter(|rule| rule.ends_with('*')).count();
        assert!(known > 0 && known <= failing, "{command:?}: {after:#}");
        assert_eq!(after["gate"]["baseline"], "known.txt");

        // A baseline that knows something else: all is new again, and the other is told.
        let other = "0000000000000000 path-unknown: no operation has this path\n";
        fs::write(folder.path().join("known.txt"), other).unwrap();
        let (code, _, report) = run(&["--baseline", "known.txt"]);
        assert_eq!(code, 1, "{command:?}");
        let stale = report["findings"].as_array().expect("findings").iter();
        let stale: Vec<&Value> = stale.filter(|it| it["rule"] == "baseline-stale").collect();
        assert_eq!(stale.len(), 1, "{command:?}: {report:#}");
        assert_eq!(
            (&stale[0]["level"], &stale[0]["places"][0]["line"]),
            (&"info".into(), &1.into())
        );
    }
}

#[test]
fn the_file_says_what_it_knows_and_keeps_what_people_wrote() {
    let folder = folder();
    let path = folder.path().join("known.txt");
    let lint =
        ["lint", "pets.yaml", "--severity", "example-mismatch=error", "--baseline", "known.txt"];
    let update = [&lint[..], &["--update-baseline"]].concat();
    assert_eq!(told(folder.path(), &update).0, 0);
    let text = fs::read_to_string(&path).unwrap();
    let entry = text.lines().last().expect("an entry").to_owned();
    let (fingerprint, rest) = entry.split_once(' ').expect("a fingerprint");
    assert!(Fingerprint::parse(fingerprint).is_some(), "{entry}");
    assert_eq!(
        rest,
        "example-mismatch getPet of pets: the example `example` misses the required property `name`"
    );
    let noted =
        text.replace(&entry, &format!("# the vendor mends it in May\n{fingerprint} ours\n"));
    fs::write(&path, format!("{noted}00000000000000ff gone: for good\n")).unwrap();
    assert_eq!(told(folder.path(), &lint).0, 0);
    assert_eq!(told(folder.path(), &update).0, 0);
    assert_eq!(fs::read_to_string(&path).unwrap(), noted.trim_end().to_owned() + "\n");
    // Mended: nothing is left but the head.
    let mended = super::commands::PETS.replace("nme:", "name:");
    fs::write(folder.path().join("pets.yaml"), mended).unwrap();
    let (code, _, report) = told(folder.path(), &lint);
    assert_eq!((code, rules(&report)), (0, vec!["baseline-stale".to_owned()]));
    let strict = [&lint[..], &["--severity", "baseline-stale=error"]].concat();
    assert_eq!(told(folder.path(), &strict).0, 1);
    assert_eq!(told(folder.path(), &update).0, 0);
    assert_eq!(rules(&told(folder.path(), &lint).2), [] as [String; 0]);
}

#[test]
fn it_is_set_by_file_and_environment_and_misuse_is_told() {
    let folder = folder();
    fs::write(folder.path().join("standin.toml"), "baseline = 'known.txt'\n").unwrap();
    let lint = ["lint", "pets.yaml", "--severity", "example-mismatch=error"];
    let mut process = standin(&lint);
    process.env("STANDIN_BASELINE", "known.txt").env("STANDIN_UPDATE_BASELINE", "true");
    assert_eq!(run(process.current_dir(folder.path())).0, 0);
    let by_file = [&lint[..], &["--config", "standin.toml"]].concat();
    assert_eq!(told(folder.path(), &by_file).0, 0);
    let (code, stderr, _) = told(folder.path(), &[&lint[..], &["--update-baseline"]].concat());
    assert_eq!(code, 2);
    assert!(stderr.contains("name its file with --baseline"), "{stderr}");
    fs::write(folder.path().join("known.txt"), "# x\n\nnonsense\n").unwrap();
    let (code, stderr, _) = told(folder.path(), &by_file);
    assert_eq!(code, 2);
    assert!(stderr.contains("known.txt:3: no fingerprint of sixteen"), "{stderr}");
}

#[test]
fn what_standin_itself_got_wrong_is_never_known() {
    let mut report = sample();
    let all: String = report.findings.iter().map(|it| format!("{} x\n", it.fingerprint)).collect();
    let baseline = Baseline::parse("known.txt", &all).expect("a baseline");
    report.gate.baseline = Some(std::sync::Arc::new(baseline));
    report.gate.mark(&mut report.findings);
    let unknown: Vec<&str> =
        report.findings.iter().filter(|it| !it.known).map(|it| it.rule).collect();
    assert_eq!(unknown, ["response-body-mismatch"]);
    assert_eq!(report.counts(), [1, 0, 0]);
    let text = render("text", &report);
    assert!(!text.contains("error[parameter-mismatch]") && text.contains("3 known"), "{text}");
    assert!(render("github", &report).contains("3 known"));
    let sarif: Value = serde_json::from_str(&render("sarif", &report)).expect("JSON");
    let states: Vec<&str> = sarif["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter_map(|result| result["baselineState"].as_str())
        .collect();
    assert_eq!(states, ["unchanged", "unchanged", "new", "unchanged"]);
    assert!(render("markdown", &report).contains("3 findings known to the baseline"));
    assert!(render("html", &report).contains("value=\"known\""));
}
