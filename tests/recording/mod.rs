//! Recording: what passes by is on the disk before its answer ends, and no secret ever is.

mod command; // the command line: flags, exit codes, a bad disk
mod disk; // layouts, segments, kills, restarts
mod documents; // traffic of other people's documents
mod flow; // a whole flow, recorded and played again
mod harmless; // what is no secret, and stays
mod plants; // what is one, in every place and encoding
mod redacting; // recordings that exist
mod wire; // codings, versions, trailers, streams: what an entry tells of them

use std::fs;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use standin::tape::Entry;

/// What an upstream does with a request: the pieces of its answer, as they are sent.
type Act = dyn Fn(&str, &[u8]) -> Vec<Vec<u8>> + Send + Sync;

/// An upstream that writes answers by hand, one on each connection.
#[derive(Debug)]
struct Upstream {
    url: String,
}

impl Upstream {
    /// Has `act` answer; it is given the head of the request, and its content.
    fn acting(act: impl Fn(&str, &[u8]) -> Vec<Vec<u8>> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let act: Arc<Act> = Arc::new(act);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let act = Arc::clone(&act);
                thread::spawn(move || attend(stream, &*act));
            }
        });
        Self { url }
    }

    /// Always answers the same.
    fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::acting(move |_, _| vec![answer.clone()])
    }
}

fn attend(mut stream: TcpStream, act: &Act) {
    let mut received = Vec::new();
    let Some((head, body)) = request(&mut stream, &mut received) else { return };
    for piece in act(&head, &body) {
        if stream.write_all(&piece).and_then(|()| stream.flush()).is_err() {
            return;
        }
        // What is sent apart arrives apart.
        thread::sleep(Duration::from_millis(5));
    }
}

/// Reads a request whole.
fn request(stream: &mut TcpStream, received: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let mut piece = [0; 65536];
    loop {
        if let Some(end) = find(received, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&received[..end]).into_owned();
            let lower = head.to_ascii_lowercase();
            let length = lower.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.trim().parse::<usize>().ok());
            let is_chunked = lower.contains("transfer-encoding: chunked");
            let body = &received[end + 4..];
            let is_whole = match length {
                Some(length) => body.len() >= length,
                None => !is_chunked || find(body, b"0\r\n\r\n").is_some(),
            };
            if is_whole {
                return Some((head, body.to_vec()));
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(read) => received.extend_from_slice(&piece[..read]),
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// Sends bytes, piece by piece, and reads until the end; `url` is the server's.
fn exchange(url: &str, pieces: &[Vec<u8>]) -> Vec<u8> {
    let authority = url.strip_prefix("http://").expect("an http URL");
    let mut stream = TcpStream::connect(authority).expect("the server accepts");
    for piece in pieces {
        // A server that closes early has answered all the same.
        if stream.write_all(piece).and_then(|()| stream.flush()).is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// A plain call: method and target, whole header lines, content.
fn ask(url: &str, call: &str, fields: &str, body: &str) -> String {
    let length = body.len();
    let host = url.strip_prefix("http://").expect("an http URL");
    let head = format!("{call} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{fields}");
    let request = format!("{head}content-length: {length}\r\n\r\n{body}").into_bytes();
    String::from_utf8_lossy(&exchange(url, &[request])).into_owned()
}

/// An answer with content, written by hand.
fn answer(status: &str, fields: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\n{fields}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Every file of a recording, with its text.
fn files(directory: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("the directory is there") {
        let path = entry.expect("an entry").path();
        let bytes = fs::read(&path).expect("a file");
        found.push((path, String::from_utf8(bytes).expect("a recording is text")));
    }
    found.sort();
    found
}

/// The entries of a recording in lines.
fn entries(directory: &Path) -> Vec<Entry> {
    let lines = files(directory)
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "ndjson"));
    let lines: Vec<String> =
        lines.flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    lines.iter().map(|line| serde_json::from_str(line).expect("a line is an entry")).collect()
}
