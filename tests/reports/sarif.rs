//! SARIF by the schema of its own committee, and what GitHub's code scanning asks besides.

use serde_json::Value;

use super::commands::reports;
use super::render;
use super::sample;

#[test]
fn the_sarif_of_every_command_is_valid() {
    let schema = include_str!("../fixtures/reports/sarif-2.1.0/schema.json");
    // The committee's own pattern of languages has a bracket too many.
    let (wrong, right) = ("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}?$");
    assert_eq!(schema.matches(wrong).count(), 2);
    let schema: Value = serde_json::from_str(&schema.replace(wrong, right)).expect("JSON");
    let validator = jsonschema::options().build(&schema).expect("a schema");
    let mut all = reports(["sarif"]);
    let mut hostile = sample();
    hostile.findings[0].places[0].file = "a b\\c%\u{1f600}#?.yaml".to_owned();
    hostile.findings[0].title = "<script>\u{0}\r\n".to_owned();
    all.push(("sample", [render("sarif", &hostile)]));
    for (command, [report]) in all {
        let report: Value = serde_json::from_str(&report).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|it| format!("{it} at {}", it.instance_path()))
            .collect();
        assert_eq!(errors, [] as [String; 0], "{command}: {report:#}");
        let results = report["runs"][0]["results"].as_array().expect("results");
        assert!(!results.is_empty() || command == "record", "{command} tells of something");
        for result in results {
            let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            assert!(place.is_string(), "code scanning wants a place: {result:#}");
        }
    }
}
