//! The comment on a pull request: it fits, and nobody is called by it.

use super::render;
use super::sample;

/// What GitHub takes of a comment, in characters.
const COMMENT: usize = 65_536;

#[test]
fn a_comment_fits_whatever_was_found() {
    let mut report = sample();
    let (mut one, operation) = (report.findings[0].clone(), report.operations[0].clone());
    one.title = "`<x>` & \u{1f600}".repeat(2_000);
    one.got = Some("```".repeat(3_000));
    for count in [0, 1, 5, 40, 3_000] {
        report.findings = vec![one.clone(); count];
        report.operations = vec![operation.clone(); count];
        let comment = render("markdown", &report);
        assert!(comment.len() < COMMENT, "{count}: {}", comment.len());
        let balance = |tag: &str| comment.matches(tag).count();
        assert_eq!(balance("<details>"), balance("</details>"), "{count}");
    }
    assert!(render("markdown", &report).contains("further findings had no room here"));
}

#[test]
fn what_fails_the_job_comes_before_what_does_not() {
    let mut report = sample();
    report.findings.reverse();
    let comment = render("markdown", &report);
    let at = |title: &str| comment.find(title).expect(title);
    assert!(at("is greater than 500") < at("VerifySession"), "{comment}");
    assert!(comment.starts_with("### standin serve: ❌ failed by 2 findings\n"), "{comment}");
}

#[test]
fn a_hostile_title_calls_nobody_and_closes_nothing() {
    let mut report = sample();
    let evil = "@all see #1 </summary></details><script>\r\n\r\n# big\n```\n| a | ![x](http://e)";
    report.findings[0].title = evil.to_owned();
    report.findings[0].got = Some(format!("````\n</details>{evil}"));
    report.findings[0].operation = Some(evil.to_owned());
    report.operations[0].path = evil.to_owned();
    report.assumptions[0].note = evil.to_owned();
    let comment = render("markdown", &report);
    let mut fence: Option<String> = None;
    let mut outside = String::new();
    for line in comment.lines() {
        match &fence {
            Some(end) if line == end => fence = None,
            Some(_) => {}
            None if line.starts_with("```") => fence = Some(line.replace("text", "")),
            None => outside.push_str(line),
        }
    }
    assert_eq!(fence, None, "every fence is closed");
    assert!(!outside.contains("@all") && !outside.contains("#1"), "{outside}");
    assert!(!outside.contains("<script>"), "{outside}");
    assert_eq!(outside.matches("</details>").count(), outside.matches("<details>").count());
}
