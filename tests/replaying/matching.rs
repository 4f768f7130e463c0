//! Which parts of a request decide, and in which order recordings are played.

use std::sync::Arc;

use http::HeaderValue;
use standin::message::Request;
use standin::route::Leniency;
use standin::route::Mounted;
use standin::route::Router;
use standin::spec::load;
use standin::tape::replay::Matching;
use standin::tape::replay::Missed;
use standin::tape::replay::Options;
use standin::tape::replay::Repeats;
use standin::tape::replay::Tape;

use super::clean;
use super::entry;
use super::folder;
use super::lines;
use super::open;
use super::play;
use super::request;

/// What a call is answered with after others; `-` where it is a miss.
fn answers(recorded: &[String], options: Options, calls: &[Request]) -> Vec<String> {
    let folder = folder(&[("exchanges.ndjson", &lines(recorded))]);
    let (tape, told) = open(folder.path(), options);
    assert_eq!(told, [] as [String; 0]);
    let answer = |call: &Request| match play(&tape, call) {
        (200, text) => text,
        (_, _) => "-".to_owned(),
    };
    calls.iter().map(answer).collect()
}

fn matching(text: &str) -> Options {
    let mut options = Options::default();
    options.matching = text.parse::<Matching>().unwrap();
    options
}

fn repeats(repeats: Repeats) -> Options {
    let mut options = Options::default();
    options.repeats = repeats;
    options
}

#[test]
fn parts_are_added_and_taken_away() {
    let body = Some(r#"{"name":"Ada","nonce":1}"#);
    let recorded =
        [entry("POST", "/a?page=1&ts=5", body, "yes"), entry("GET", "/b", None, "other")];
    let tenant = |mut request: Request, tenant: &'static str| {
        request.headers.insert("x-tenant", HeaderValue::from_static(tenant));
        request
    };
    let post = |target: &str, body: &str| request("POST", target, body);
    let table = [
        ("", post("/a?ts=5&page=1", r#"{"nonce":1.0,"name":"Ada"}"#), "yes"),
        ("", post("/a?ts=6&page=1", r#"{"nonce":1,"name":"Ada"}"#), "-"),
        ("-query:ts", post("/a?ts=6&page=1", r#"{"nonce":1,"name":"Ada"}"#), "yes"),
        ("-query", post("/a", r#"{"nonce":1,"name":"Ada"}"#), "yes"),
        ("-query,+query:page", post("/a?page=2", r#"{"nonce":1,"name":"Ada"}"#), "-"),
        ("-query:ts,-body:/nonce", post("/a?page=1", r#"{"name":"Ada","nonce":7}"#), "yes"),
        ("-query:ts,-body:/nonce", post("/a?page=1", r#"{"name":"Bob","nonce":1}"#), "-"),
        ("-body,-query", post("/a", "anything"), "yes"),
        ("-body,-query,-method", request("PUT", "/a", ""), "yes"),
        ("-body,-query,-path", post("/z", ""), "yes"),
        ("-body,-query,+header:x-tenant", tenant(post("/a", ""), "t1"), "-"),
        ("-body,-query,+host", post("/a", ""), "-"),
    ];
    for (parts, call, expected) in table {
        let answered = answers(&recorded, matching(parts), std::slice::from_ref(&call));
        assert_eq!(answered, [expected], "{parts}: {call:?}");
    }
    let mut call = request("GET", "/b", "");
    call.headers.insert("host", HeaderValue::from_static("api.test"));
    assert_eq!(answers(&recorded, matching("+host"), &[call]), ["other"]);
}

#[test]
fn recordings_of_one_call_are_played_in_turn_and_then_as_it_was_said() {
    let recorded = ["1", "2"].map(|answer| entry("GET", "/a", None, answer));
    let calls = [(); 5].map(|()| request("GET", "/a", ""));
    let table = [
        (Repeats::Error, ["1", "2", "-", "-", "-"]),
        (Repeats::Last, ["1", "2", "2", "2", "2"]),
        (Repeats::Cycle, ["1", "2", "1", "2", "1"]),
    ];
    for (order, expected) in table {
        assert_eq!(answers(&recorded, repeats(order), &calls), expected, "{order:?}");
    }
}

#[test]
fn a_call_whose_recordings_were_all_played_is_told_so() {
    let folder = folder(&[("a.ndjson", &lines(&[entry("GET", "/a", None, "1")]))]);
    let (tape, _) = open(folder.path(), repeats(Repeats::Error));
    let call = request("GET", "/a", "");
    assert!(tape.play(&call).is_ok());
    let missed = tape.play(&call).unwrap_err();
    assert!(matches!(&missed, Missed::Played { origin } if origin.ends_with("a.ndjson:1")));
    let (_, violation, _) = tape.miss(&call, &missed);
    let violation = violation.unwrap();
    assert_eq!(violation.title, "every recording of GET /a was played already");
    assert!(violation.help.unwrap().contains("--repeats"));
}

#[test]
fn calls_that_race_each_get_a_recording_of_their_own() {
    const COUNT: usize = 400;
    let recorded: Vec<String> =
        (0..COUNT).map(|number| entry("GET", "/a", None, &number.to_string())).collect();
    let folder = folder(&[("a.ndjson", &lines(&recorded))]);
    let (tape, _) = open(folder.path(), repeats(Repeats::Error));
    let tape = &tape;
    let mut answers: Vec<usize> = std::thread::scope(|scope| {
        let play = || (0..COUNT / 4).map(|_| play(tape, &request("GET", "/a", "")).1);
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(move || play().collect::<Vec<_>>())).collect();
        let answers = threads.into_iter().flat_map(|thread| thread.join().unwrap());
        answers.map(|answer| answer.parse().unwrap()).collect()
    });
    answers.sort_unstable();
    assert_eq!(answers, (0..COUNT).collect::<Vec<_>>());
}

#[test]
fn a_placeholder_matches_what_it_stands_for_wherever_it_is() {
    let json = Some(r#"{"items":[{"token":"{{secret:1}}","n":1}],"plain":"x"}"#);
    let recorded = [
        entry("POST", "/a", json, "json"),
        entry("GET", "/users/{{secret:2}}/x?key={{secret:3}}&page=1", None, "path"),
        entry("GET", "/users/ada/x?page=1", None, "literal"),
        entry("GET", "/t/%7B%7Bjwt:1%7D%7D", None, "escaped"),
    ];
    let table = [
        (request("POST", "/a", r#"{"plain":"x","items":[{"n":1,"token":"mine"}]}"#), "json"),
        (request("POST", "/a", r#"{"plain":"y","items":[{"n":1,"token":"mine"}]}"#), "-"),
        (request("POST", "/a", r#"{"plain":"x","items":[{"n":2,"token":"mine"}]}"#), "-"),
        (request("GET", "/users/bob/x?page=1&key=k", ""), "path"),
        (request("GET", "/users/bob/x?page=2&key=k", ""), "-"),
        (request("GET", "/users/ada/x?page=1", ""), "literal"),
        (request("GET", "/t/a.b.c", ""), "escaped"),
        (request("GET", "/t/abc", ""), "-"),
    ];
    for (call, expected) in table {
        let answered = answers(&recorded, Options::default(), std::slice::from_ref(&call));
        assert_eq!(answered, [expected], "{call:?}");
    }
}

#[test]
fn equal_secrets_stay_equal_where_nothing_else_tells_recordings_apart() {
    let of = |number: usize, what: &str| {
        let body = format!(r#"{{"token":"{{{{secret:{number}}}}}"}}"#);
        entry("POST", "/me", Some(&body), what)
    };
    let recorded = [of(1, "ada"), of(2, "bob"), of(1, "ada again"), of(2, "bob again")];
    let call = |token: &str| request("POST", "/me", &format!(r#"{{"token":"{token}"}}"#));
    let calls = ["a", "b", "b", "a"].map(call);
    let expected = ["ada", "bob", "bob again", "ada again"];
    assert_eq!(answers(&recorded, Options::default(), &calls), expected);
    // A client that was given the placeholder itself sends it back.
    let calls = ["{{secret:2}}", "{{secret:1}}"].map(call);
    assert_eq!(answers(&recorded, Options::default(), &calls), ["bob", "ada"]);
}

#[test]
fn of_many_that_header_fields_tell_apart_the_exact_one_answers() {
    let recorded: Vec<String> = (0..300)
        .map(|number| {
            let field = format!(r#""headers":[{{"name":"X-TS-Client","value":"c{number}"}}]"#);
            let text = entry("GET", "/a", None, &number.to_string());
            text.replacen(r#""headers":[]"#, &field, 1)
        })
        .collect();
    let folder = folder(&[("a.ndjson", &lines(&recorded))]);
    let tape = clean(folder.path());
    for number in [299_u32, 7, 150, 0] {
        let mut call = request("GET", "/a", "");
        let value = HeaderValue::from_str(&format!("c{number}")).unwrap();
        call.headers.insert("x-ts-client", value);
        assert_eq!(play(&tape, &call).1, number.to_string());
    }
}

#[test]
fn a_form_is_compared_by_its_fields_and_parts_without_their_boundary() {
    let with_type = |text: String, media_type: &str| text.replace("application/json", media_type);
    let parts = |boundary: &str| {
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--{boundary}--\r\n"
        )
    };
    let recorded = [
        with_type(
            entry("POST", "/f", Some("a=1&b=x+y"), "form"),
            "application/x-www-form-urlencoded",
        ),
        with_type(
            entry("POST", "/m", Some(&parts("first")), "parts"),
            "multipart/form-data; boundary=first",
        ),
    ];
    let typed = |mut request: Request, media_type: &'static str| {
        request.headers.insert("content-type", HeaderValue::from_static(media_type));
        request
    };
    let form = "application/x-www-form-urlencoded";
    let multipart = "multipart/form-data; boundary=\"other\"";
    let calls = [
        typed(request("POST", "/f", "b=x%20y&a=1"), form),
        typed(request("POST", "/f", "b=x%20y&a=2"), form),
        typed(request("POST", "/m", &parts("other")), multipart),
    ];
    assert_eq!(answers(&recorded, Options::default(), &calls), ["form", "-", "parts"]);
}

#[test]
fn content_that_comes_compressed_is_compared_with_what_was_recorded_without() {
    let recorded = [entry("POST", "/a", Some(r#"{"n":1}"#), "yes")];
    // `{"n":1}` in gzip without compression.
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 7, 0, 0xf8, 0xff];
    bytes.extend_from_slice(br#"{"n":1}"#);
    bytes.extend_from_slice(&0x4bb8_9f3a_u32.to_le_bytes());
    bytes.extend_from_slice(&7_u32.to_le_bytes());
    let mut call = request("POST", "/a", "{}");
    call.headers.insert("content-encoding", HeaderValue::from_static("gzip"));
    let crc = crc32(br#"{"n":1}"#).to_le_bytes();
    let at = bytes.len() - 8;
    bytes[at..at + 4].copy_from_slice(&crc);
    call.body = bytes.into();
    assert_eq!(answers(&recorded, Options::default(), &[call]), ["yes"]);
}

/// The checksum that gzip ends with (RFC 1952, section 8).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    let byte = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(!0, byte)
}

#[test]
fn with_a_description_the_values_of_a_path_decide_whatever_its_base_path() {
    let text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\nservers: [{url: /base/v2}]\n\
                paths:\n  /users/{id}:\n    get:\n      responses: {'200': {description: ok}}\n";
    let document = load::from_text("users.yaml", text).unwrap();
    let mounted = Mounted {
        id: Arc::from("users"),
        document: Arc::new(document).into(),
        prefix: String::new(),
    };
    let router = || {
        Router::with(std::slice::from_ref(&mounted), Leniency { head: true, empty_values: false })
    };
    let recorded = [entry("GET", "/base/v2/users/ada", None, "ada")];
    let calls = ["/users/ada", "/base/v2/users/%61da", "/users/bob"];
    let calls = calls.map(|target| request("GET", target, ""));
    let mut options = Options::default();
    options.router = Some(router().unwrap());
    assert_eq!(answers(&recorded, options, &calls), ["ada", "ada", "-"]);
    assert_eq!(answers(&recorded, Options::default(), &calls), ["-", "ada", "-"]);
}

#[test]
fn what_was_played_and_what_missed_is_counted() {
    let recorded = ["/a", "/b", "/c"].map(|target| entry("GET", target, None, "x"));
    let folder = folder(&[("a.ndjson", &lines(&recorded))]);
    let tape: Tape = clean(folder.path());
    for target in ["/a", "/a", "/z?q=1", "/z"] {
        let _ = play(&tape, &request("GET", target, ""));
    }
    let (uses, total) = tape.uses(0, 10, |_| true);
    let counts: Vec<(usize, &str, u32)> =
        uses.iter().map(|it| (it.number, it.request.as_str(), it.count)).collect();
    assert_eq!(counts, [(1, "GET /a", 2), (2, "GET /b", 0), (3, "GET /c", 0)]);
    assert_eq!(total, 3);
    let (uses, total) = tape.uses(2, 10, |count| count == 0);
    assert_eq!((uses.len(), total, uses[0].number), (1, 2, 3));
    assert_eq!(tape.misses(), (2, vec![("GET /z".to_owned(), 2)]));
    let unused: Vec<String> = tape.unused().into_iter().map(|it| it.title).collect();
    assert_eq!(unused.len(), 2);
    assert!(
        unused[0].starts_with("GET /b in ") && unused[0].ends_with("a.ndjson:2 was not asked for")
    );
}
