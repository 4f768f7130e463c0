//! Documents of the web: only their own origin is asked, once, and never somewhere else.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use standin::spec::load::{self, Access, Address};

use super::{fetched, referring};

/// Answers of a server, by target.
type Answers = &'static [(&'static str, &'static str)];

/// Serves fixed answers; the targets asked come back.
fn serve(answers: Vec<(String, String)>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    // Ends with the process: nobody closes the listener.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = [0; 4096];
            let size = stream.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..size]).into_owned();
            let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let answer = answers.iter().find(|(known, _)| *known == target);
            let answer = answer.map_or("HTTP/1.1 404 Not Found\r\n\r\n", |(_, answer)| answer);
            noted.lock().expect("not poisoned").push(target);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, asked)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn served(answers: Answers) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    serve(answers.iter().map(|(target, answer)| ((*target).into(), (*answer).into())).collect())
}

/// The whole chain of an error.
fn chain(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}

#[test]
fn references_of_a_fetched_document_are_fetched_from_its_own_origin() {
    let (address, asked) = serve(vec![
        ("/v1/api.json".into(), ok(&referring("schemas/pet.yaml?v=2#/Pet"))),
        ("/v1/schemas/pet.yaml?v=2".into(), ok("Pet: {$ref: ./../name.yaml}")),
        ("/v1/name.yaml".into(), ok("type: string")),
    ]);
    let document = fetched(&format!("http://{address}/v1/api.json"), false);
    assert_eq!(document.violations(), []);
    let asked = asked.lock().expect("not poisoned").clone();
    assert_eq!(asked, ["/v1/api.json", "/v1/schemas/pet.yaml?v=2", "/v1/name.yaml"]);
    let files = document.root()["x-standin-files"].as_object().expect("files");
    let names: Vec<&String> = files.keys().collect();
    assert_eq!(names, ["schemas/pet.yaml?v=2", "name.yaml"]);
}

#[test]
fn another_origin_is_not_asked_even_on_the_same_host() {
    let (other, asked) = served(&[]);
    for reference in
        [format!("http://{other}/x.yaml"), "file:///etc/passwd".into(), "ftp://a/b".into()]
    {
        let (address, _) = serve(vec![("/api.json".into(), ok(&referring(&reference)))]);
        let document = fetched(&format!("http://{address}/api.json"), false);
        let violation = &document.violations()[0];
        assert_eq!((document.violations().len(), violation.rule.id), (1, "reference-broken"));
        assert!(violation.title.contains("fetched"), "{}", violation.title);
    }
    assert!(asked.lock().expect("not poisoned").is_empty());
}

#[test]
fn what_a_server_does_not_give_is_told() {
    let table: &[(&str, &str)] = &[
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "the server answers 404"),
        (
            "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
            "the server answers 302 and names http://169.254.169.254/; give that address, if you \
             trust it",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 0\r\n\r\n",
            "the answer is compressed (gzip)",
        ),
        ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n\u{e9}", "the answer is not UTF-8"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nopen", "the server's answer breaks off"),
        ("no HTTP at all", "the server's answer breaks off"),
    ];
    for (answer, expected) in table {
        let (address, _) = serve(vec![("/api.json".into(), (*answer).into())]);
        let url = format!("http://{address}/api.json");
        let error = load::from_address(&Address::new(&url), Access::default());
        let told = chain(&error.expect_err("no document"));
        assert!(told.starts_with(&format!("cannot fetch {url}: {expected}")), "{told}");
    }
    let error = load::from_address(&Address::new("http://127.0.0.1:1/"), Access::default());
    let told = chain(&error.expect_err("nobody listens"));
    assert!(told.contains("cannot connect to 127.0.0.1"), "{told}");
}
