//! `junit`: one test case per operation, for the test tab of a CI system.
//!
//! An operation that was exercised passes or fails by the gate; one that was not is skipped, so
//! that a suite that stops calling it is seen to. What no operation can be blamed for gets a case
//! of its own. The XML is quick-junit's, which also keeps out characters that XML has no way for.

use std::collections::BTreeMap;

use quick_junit::NonSuccessKind;
use quick_junit::TestCase;
use quick_junit::TestCaseStatus;
use quick_junit::TestSuite;

use crate::finding::Finding;
use crate::report::Format;
use crate::report::Report;
use crate::report::text;

/// JUnit XML.
pub static FORMAT: Format = Format { id: "junit", media_type: "application/xml", render };

fn render(report: &Report) -> String {
    let mut junit = quick_junit::Report::new("standin");
    junit.set_timestamp(report.started.to_chrono());
    junit.set_time(report.ended.since(report.started));
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    let mut add = |api, case| {
        suites.entry(api).or_insert_with(|| TestSuite::new(api)).add_test_case(case);
    };
    for operation in &report.operations {
        let findings: Vec<&Finding> =
            report.findings.iter().filter(|finding| operation.is_meant_by(finding)).collect();
        let name = format!("{} {} ({})", operation.method, operation.path, operation.operation);
        let case = if operation.calls == 0 && findings.is_empty() {
            TestCase::new(name, TestCaseStatus::skipped())
        } else {
            let mut case = judged(report, name, &findings);
            case.set_assertions(usize::try_from(operation.calls).unwrap_or(usize::MAX));
            case
        };
        add(&*operation.api, classed(case, &operation.api));
    }
    for finding in &report.findings {
        if report.operations.iter().any(|operation| operation.is_meant_by(finding)) {
            continue;
        }
        let api = finding.api.as_deref().unwrap_or("standin");
        let operation = finding.operation.as_deref();
        let name = match operation {
            Some(operation) => format!("{operation}: {}: {}", finding.rule, finding.title),
            None => format!("{}: {}", finding.rule, finding.title),
        };
        add(api, classed(judged(report, name, &[finding]), api));
    }
    junit.add_test_suites(suites.into_values());
    // Writing into a text can not fail.
    junit.to_string().unwrap_or_default()
}

fn judged(report: &Report, name: String, findings: &[&Finding]) -> TestCase {
    let (failing, passing): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().copied().partition(|finding| report.is_failing(finding));
    let status = match failing.first() {
        None => TestCaseStatus::success(),
        Some(worst) => {
            // What standin got wrong says nothing of the client: an error, not a failure.
            let is_failure = failing.iter().any(|finding| report.gate.fails(finding));
            let kind = if is_failure { NonSuccessKind::Failure } else { NonSuccessKind::Error };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_type(worst.rule);
            status.set_message(headline(worst, failing.len() - 1));
            status.set_description(told(report, &failing));
            status
        }
    };
    let mut case = TestCase::new(name, status);
    if !passing.is_empty() {
        case.set_system_out(told(report, &passing));
    }
    case
}

fn classed(mut case: TestCase, api: &str) -> TestCase {
    case.set_classname(api);
    case
}

fn headline(worst: &Finding, others: usize) -> String {
    match others {
        0 => worst.title.clone(),
        1 => format!("{} (and 1 more)", worst.title),
        _ => format!("{} (and {others} more)", worst.title),
    }
}

fn told(report: &Report, findings: &[&Finding]) -> String {
    let told = findings.iter().map(|finding| text::finding(finding, &report.excerpts));
    told.collect::<Vec<_>>().join("\n")
}
