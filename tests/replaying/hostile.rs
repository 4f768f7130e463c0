//! What is torn, foreign or means harm: told with file and line, and the rest is played.

use std::fs;

use standin::tape::read;
use standin::tape::replay::Options;
use standin::tape::replay::Tape;

use super::entry;
use super::folder;
use super::open;
use super::play;
use super::request;

/// Opens one file: what was told, and what `/first` and `/last` are answered with.
fn of(name: &str, bytes: &[u8]) -> (Vec<String>, [u16; 2]) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let (tape, told) = open(folder.path(), Options::default());
    let statuses = ["/first", "/last"].map(|target| play(&tape, &request("GET", target, "")).0);
    (told, statuses)
}

#[test]
fn a_broken_line_is_told_and_those_around_it_are_played() {
    let (first, last) = (entry("GET", "/first", None, "1"), entry("GET", "/last", None, "2"));
    let base64 = last.replace(r#""text":"2""#, r#""encoding":"base64","text":"?""#);
    let table: [(&str, Vec<u8>, &str, [u16; 2]); 7] = [
        (
            "torn at the end",
            format!("{first}\n{}", &last[..40]).into(),
            "recording-malformed: a.ndjson:2: no HAR: EOF while parsing a string",
            [200, 404],
        ),
        (
            "torn in the middle",
            format!("{}\n\n{last}\n", &first[..60]).into(),
            "recording-malformed: a.ndjson:1: no HAR: EOF while parsing a string",
            [404, 200],
        ),
        (
            "half a line before the next one",
            format!("{}{last}\n{first}\n", &first[..60]).into(),
            "recording-malformed: a.ndjson:1: no HAR: ",
            [200, 404],
        ),
        (
            "no UTF-8",
            [first.as_bytes(), b"\n{\"request\": \"\xff\"}\n", last.as_bytes()].concat(),
            "recording-malformed: a.ndjson:2: no HAR: ",
            [200, 200],
        ),
        (
            "no exchange",
            format!("{first}\n[1, 2]\n{last}\n").into(),
            "recording-malformed: a.ndjson:2: no HAR: ",
            [200, 200],
        ),
        (
            "no method",
            format!("{first}\n{}\n{last}\n", first.replace("GET", "G E T")).into(),
            "recording-malformed: a.ndjson:2: `G E T` is no method",
            [200, 200],
        ),
        (
            "no base64",
            format!("{first}\n{base64}\n").into(),
            "recording-malformed: a.ndjson:2: the content is no base64",
            [200, 404],
        ),
    ];
    for (what, bytes, expected, statuses) in table {
        let (told, answered) = of("a.ndjson", &bytes);
        assert_eq!(told.len(), 1, "{what}: {told:?}");
        assert!(told[0].starts_with(expected), "{what}: {told:?}");
        assert_eq!(answered, statuses, "{what}");
    }
}

#[test]
fn a_document_is_played_up_to_its_fault() {
    let (first, last) = (entry("GET", "/first", None, "1"), entry("GET", "/last", None, "2"));
    let har = format!("{{\"log\": {{\"entries\": [\n{first},\n{last}\n]}}}}");
    let (told, answered) = of("a.har", &har.as_bytes()[..har.len() - 30]);
    assert_eq!(told, ["recording-malformed: a.har:3: no HAR: EOF while parsing a string"]);
    assert_eq!(answered, [200, 404]);
    let wrong = har.replace(r#""status":200"#, r#""status":"fine""#).replacen("fine", "200", 1);
    let (told, _) = of("a.har", wrong.as_bytes());
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("recording-malformed: a.har:2: no HAR: invalid type"), "{told:?}");
    let cassette = |count: usize| {
        let one = |target: &str| {
            format!(
                "- request: {{method: GET, uri: 'http://a{target}'}}\n  response: {{status: {{code: \
                 200}}, body: {{string: x}}}}\n"
            )
        };
        let text = format!("interactions:\n{}{}version: 1\n", one("/first"), one("/last"));
        text[..text.len() - count].to_owned()
    };
    let (told, answered) = of("a.yaml", cassette(0).as_bytes());
    assert_eq!((told.len(), answered), (0, [200, 200]));
    let (told, answered) = of("a.yaml", cassette(30).as_bytes());
    assert_eq!((told.len(), answered), (1, [200, 404]), "{told:?}");
    assert!(told[0].starts_with("recording-malformed: a.yaml:"), "{told:?}");
}

#[test]
fn another_encoding_or_version_is_told_and_read_all_the_same() {
    let (first, last) = (entry("GET", "/first", None, "1"), entry("GET", "/last", None, "2"));
    let har = format!(r#"{{"log": {{"version": "2.0", "entries": [{first}, {last}]}}}}"#);
    let (told, answered) = of("a.har", har.as_bytes());
    assert_eq!(told, ["recording-malformed: a.har:1: HAR 2.0 is read as 1.2"]);
    assert_eq!(answered, [200, 200]);
    let wide: Vec<u8> = std::iter::once(0xfeff)
        .chain(har.replace("2.0", "1.2").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let (told, answered) = of("a.har", &wide);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("UTF-16"), "{told:?}");
    assert_eq!(answered, [200, 200]);
    let latin = har.replace("2.0", "1.2").replace(r#""text":"1""#, "\"text\":\"caf?\"");
    let latin: Vec<u8> = latin.bytes().map(|byte| if byte == b'?' { 0xe9 } else { byte }).collect();
    let (told, answered) = of("a.har", &latin);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("recording-malformed: a.har:1: bytes that are no UTF-8"),
        "{told:?}"
    );
    assert_eq!(answered, [200, 200]);
}

#[test]
fn a_body_is_read_from_its_folder_and_from_nowhere_else() {
    let mapping = |name: &str| {
        format!(
            "{{\"request\": {{\"url\": \"/{}\"}},\n\"response\": {{\n\"bodyFileName\": {}}}}}",
            name.len(),
            serde_json::to_string(name).unwrap()
        )
    };
    let names = ["../../secret", "/etc/hostname", "a/../../secret", "in\0side", "link", "missing"];
    let outside = folder(&[("secret", "told to nobody")]);
    let mut files: Vec<(String, String)> =
        vec![("root/__files/inside".to_owned(), "inside".to_owned())];
    files.extend(
        names
            .iter()
            .enumerate()
            .map(|(number, name)| (format!("root/mappings/{number}.json"), mapping(name))),
    );
    files.push(("root/mappings/good.json".to_owned(), mapping("./inside")));
    files.push(("secret".to_owned(), "told to nobody".to_owned()));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder(&files);
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        outside.path().join("secret"),
        folder.path().join("root/__files/link"),
    )
    .unwrap();
    let (tape, told) = open(folder.path(), Options::default());
    assert_eq!(told.len(), names.len(), "{told:#?}");
    for (number, told) in told.iter().enumerate() {
        let place = format!("recording-malformed: root/mappings/{number}.json:3: ");
        assert!(told.starts_with(&place), "{told}");
        assert!(!told.contains("told to nobody"), "{told}");
    }
    assert_eq!(tape.len(), 1);
    assert_eq!(play(&tape, &request("GET", "/8", "")).1, "inside");
}

#[test]
fn a_secret_in_a_files_name_is_not_told() {
    let name = format!("sk_live_{}.ndjson", "4eC39HqLyjWDarjtT1zdp7dc");
    let folder = folder(&[(&name, &format!("{}\n{{\n", entry("GET", "/first", None, "1")))]);
    let (tape, told) = open(folder.path(), Options::default());
    let (_, _, why) = tape.answer(&request("GET", "/first", ""));
    for text in [&told[0], &why] {
        assert!(!text.contains("4eC39HqLyjWDarjtT1zdp7dc"), "{text}");
        assert!(text.contains("ndjson:") || text.contains("•••"), "{text}");
    }
}

#[test]
fn nothing_that_nests_or_repeats_without_end_is_followed() {
    let deep = "[".repeat(100_000);
    let mut bomb = "interactions: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} {{b: [{before}]}}\n"));
    }
    let body = entry("POST", "/first", Some(&deep), "1");
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(60), close.repeat(60));
    let test = nested(r#"{"not": "#, "}");
    let mapping = format!(r#"{{"request": {{"bodyPatterns": [{test}]}}, "response": {{}}}}"#);
    let files = [
        ("a.har", format!("{{\"log\": {{\"entries\": {deep}")),
        ("b.json", format!("{{\"log\": {deep}")),
        ("c.yaml", format!("interactions: {deep}")),
        ("d.yaml", bomb),
        ("e.ndjson", format!("{body}\n{{\"request\": {deep}\n")),
        ("f.json", mapping),
    ];
    for (name, text) in files {
        let folder = folder(&[(name, &text)]);
        let (tape, told) = open(folder.path(), Options::default());
        assert!(!told.is_empty(), "{name}");
        let _ = play(&tape, &request("POST", "/first", &deep));
    }
}

#[test]
fn a_file_that_is_named_and_is_no_recording_is_told_with_what_would_be_one() {
    let folder = folder(&[("notes.txt", "nothing of the kind"), ("a.png", "\u{89}PNG")]);
    let (tape, violations) =
        Tape::open(&[folder.path().join("notes.txt")], Options::default()).unwrap();
    assert!(tape.is_empty());
    assert!(violations[0].title.contains("mappings of WireMock"), "{violations:?}");
    assert_eq!(open(folder.path(), Options::default()).1, [] as [String; 0]);
    let missing = folder.path().join("gone");
    assert!(Tape::open(std::slice::from_ref(&missing), Options::default()).is_err());
    assert!(read::paths(&[missing]).is_err());
}
