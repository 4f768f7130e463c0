//! The page: whole by itself, and deaf to whatever stands in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::SHA256;
use ring::digest::digest;

use super::render;
use super::sample;

/// Texts that would become something else on a page that is not careful.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "`<script>alert(1)</script>`",
    "</title></style></pre><svg onload='alert(1)'>",
    "{{ 7 * 7 }}{% for x in y %}javascript:alert(1)",
];

/// The page without its style and script, which have no lines of a report.
pub(super) fn content(page: &str) -> String {
    let mut left = page.to_owned();
    for (begin, end) in [("<style>", "</style>"), ("<script>", "</script>"), ("<meta http", ">")] {
        let start = left.find(begin).expect("it begins");
        let length = left[start..].find(end).expect("it ends") + end.len();
        left.replace_range(start..start + length, "");
    }
    left
}

/// What stands between the only pair of these tags.
fn only<'p>(page: &'p str, name: &str) -> &'p str {
    let (begin, end) = (format!("<{name}>"), format!("</{name}>"));
    assert_eq!(page.matches(&begin).count(), 1, "one {name}");
    let start = page.find(&begin).expect("it begins") + begin.len();
    &page[start..start + page[start..].find(&end).expect("it ends")]
}

#[test]
fn the_policy_of_the_page_allows_its_own_style_and_script_and_nothing_else() {
    let page = render("html", &sample());
    let hash = |name: &str| STANDARD.encode(digest(&SHA256, only(&page, name).as_bytes()));
    let policy = format!(
        "content=\"default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; \
         img-src data:; base-uri 'none'; form-action 'none'\"",
        hash("style"),
        hash("script")
    );
    assert!(page.contains(&policy), "{policy}");
    let content = content(&page);
    // What the exchange itself says is text.
    let content = content.replace("http://localhost", "");
    for word in ["http://", "https://", "src=", " style=", "onload", "onclick", "@import", "url("] {
        assert!(!content.contains(word), "the page asks for something: {word}");
    }
}

#[test]
fn whatever_comes_from_outside_stays_text() {
    for evil in HOSTILE {
        let mut report = sample();
        let finding = &mut report.findings[0];
        finding.title = evil.to_owned();
        (finding.got, finding.help) = (Some(evil.to_owned()), Some(evil.to_owned()));
        (finding.evidence, finding.operation) = (Some(evil.to_owned()), Some(evil.to_owned()));
        finding.places[0].file = evil.to_owned();
        report.operations[0].path = evil.to_owned();
        report.operations[0].operation = evil.to_owned();
        report.operations[0].api = evil.to_owned();
        report.assumptions[0].note = evil.to_owned();
        report.command = evil.to_owned();
        let page = render("html", &report);
        let content = content(&page);
        for tag in ["<script", "<img", "<svg", "</title></style>"] {
            assert!(!content.contains(tag), "{evil}: {tag}");
        }
        assert_eq!(page.matches("<script>").count(), 1, "{evil}");
        let shown = evil.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let shown = shown.replace('"', "&quot;").replace('\'', "&#x27;").replace('/', "&#x2f;");
        let shown = content.matches(&shown).count();
        assert!(shown >= 6, "it is shown as it is: {shown} times of {evil}");
    }
}

#[test]
fn exchanges_are_shown_without_their_secrets() {
    let page = render("html", &sample());
    assert!(page.contains("{{secret:1}}") && !page.contains("sk_live"), "{page}");
    assert!(page.contains("&lt;b&gt;too large&lt;&#x2f;b&gt;"), "{page}");
    assert!(page.contains("<a href=\"#x-0\">"), "the finding leads to its proof");
}

#[test]
fn a_page_of_many_findings_shows_the_worst_and_counts_the_rest() {
    let mut report = sample();
    let one = report.findings[0].clone();
    report.findings = vec![one; 2_100];
    let page = render("html", &report);
    assert_eq!(page.matches("<li class=\"finding").count(), 2_000);
    assert!(page.contains("100 more are not on this page"));
}
