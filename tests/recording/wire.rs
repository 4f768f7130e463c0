//! What an entry tells of the wire.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use standin::Server;
use standin::engine::Passing;
use standin::tape::Entry;
use standin::tape::record::Options;
use standin::tape::record::Recorder;
use standin::upstream;
use standin::upstream::Address;

use super::Upstream;
use super::answer;
use super::ask;
use super::entries;
use super::exchange;

/// Records calls to an upstream, without a document.
async fn recording(directory: &Path, upstream: &Upstream) -> Server {
    let recorder = Recorder::open(directory, Options::default()).expect("it can be written there");
    let address = Address::parse(&upstream.url).expect("an address");
    let forward = upstream::Options::new(address);
    let builder = Server::builder().forward(forward, Passing::default());
    builder.record(Arc::new(recorder)).start().await.expect("the server starts")
}

/// Does something with a server from a thread that may wait.
async fn with<T: Send + 'static>(
    server: &Server,
    act: impl FnOnce(&str) -> T + Send + 'static,
) -> T {
    let url = server.url("");
    tokio::task::spawn_blocking(move || act(&url)).await.expect("nobody panics")
}

fn field<'e>(entry: &'e Entry, name: &str) -> Vec<&'e str> {
    let fields = entry.response.headers.iter().filter(|field| field.name == name);
    fields.map(|field| field.value.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_coded_is_stored_decoded_with_the_coding_noted() {
    let text = "{\"hello\":\"world\",\"again\":\"world world world world world world world\"}";
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).expect("memory takes all");
    let coded = encoder.finish().expect("memory takes all");
    let length = coded.len();
    let fields = "content-type: application/json\r\ncontent-encoding: gzip\r\n";
    let upstream = Upstream::answering(answer("200 OK", fields, &coded));
    let folder = tempfile::tempdir().expect("a folder");
    let server = recording(folder.path(), &upstream).await;
    let got = with(&server, |url| ask(url, "GET /", "", "")).await;
    assert!(got.contains("content-encoding: gzip"), "{got}");
    let [entry] = &entries(folder.path())[..] else { panic!("one call is one entry") };
    let content = &entry.response.content;
    assert_eq!((content.text.as_deref(), content.size), (Some(text), text.len() as i64));
    assert_eq!(entry.response.body_size, length as i64);
    assert_eq!(content.compression, Some((text.len() - length) as i64));
    assert_eq!(field(entry, "content-encoding"), ["gzip"]);
    let own = entry.own.as_ref().expect("standin's own members");
    assert_eq!(own.response_coding.as_deref(), Some("gzip"));
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_fields_trailers_statuses_and_bytes_are_kept() {
    let upstream = Upstream::acting(|_, _| {
        vec![
            b"HTTP/1.1 207 Multi-Status\r\nconnection: close\r\nx-a: 1\r\nx-a: 2\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n".to_vec(),
            b"2\r\n\x00\xff\r\n".to_vec(),
            b"0\r\nx-sum: 7\r\n\r\n".to_vec(),
        ]
    });
    let folder = tempfile::tempdir().expect("a folder");
    let server = recording(folder.path(), &upstream).await;
    with(&server, |url| ask(url, "GET /", "te: trailers\r\n", "")).await;
    let [entry] = &entries(folder.path())[..] else { panic!("one call is one entry") };
    assert_eq!(entry.response.status, 207);
    assert_eq!(field(entry, "x-a"), ["1", "2"]);
    assert_eq!(entry.response.content.encoding.as_deref(), Some("base64"));
    assert_eq!(entry.response.content.text.as_deref(), Some("AP8="));
    let own = entry.own.as_ref().expect("standin's own members");
    assert_eq!(own.response_trailers[0].name, "x-sum");
    assert_eq!(entry.request.http_version, "HTTP/1.1");
    let timings = entry.timings;
    assert!(timings.send >= 0.0 && timings.wait > 0.0 && timings.receive > 0.0, "{timings:?}");
    assert!((entry.time - timings.send - timings.wait - timings.receive).abs() < 1e-6);
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_and_digests_are_those_of_what_is_written() {
    let body = "{\"access_token\":\"abcdefgh\",\"n\":1}";
    // As `printf … | openssl dgst -sha256 -binary | base64` says of the body and of what is left.
    let digest = |text: &str| {
        use base64::Engine;
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        base64::engine::general_purpose::STANDARD.encode(digest)
    };
    let fields = format!(
        "content-type: application/json\r\ncontent-digest: sha-256=:{}:\r\netag: \"v1\"\r\n",
        digest(body)
    );
    let upstream = Upstream::answering(answer("200 OK", &fields, body));
    let folder = tempfile::tempdir().expect("a folder");
    let server = recording(folder.path(), &upstream).await;
    with(&server, |url| ask(url, "GET /", "", "")).await;
    let [entry] = &entries(folder.path())[..] else { panic!("one call is one entry") };
    let text = "{\"access_token\":\"{{secret:1}}\",\"n\":1}";
    assert_eq!(entry.response.content.text.as_deref(), Some(text));
    assert_eq!(entry.response.content.size, text.len() as i64);
    assert_eq!(field(entry, "content-length"), [text.len().to_string()]);
    assert_eq!(field(entry, "content-digest"), [format!("sha-256=:{}:", digest(text))]);
    assert_eq!(field(entry, "etag"), ["\"v1\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_content_passes_by_and_is_told_by_length_and_digest() {
    const PIECES: usize = 64;
    let piece = vec![b'x'; 1024 * 1024];
    let (head, sent) = (
        format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            PIECES * piece.len()
        ),
        piece.clone(),
    );
    let upstream = Upstream::acting(move |_, _| {
        let pieces = std::iter::repeat_n(sent.clone(), PIECES);
        std::iter::once(head.clone().into_bytes()).chain(pieces).collect()
    });
    let folder = tempfile::tempdir().expect("a folder");
    let server = recording(folder.path(), &upstream).await;
    let got = with(&server, |url| {
        exchange(url, &[b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec()]).len()
    });
    assert!(got.await > PIECES * piece.len());
    let [entry] = &entries(folder.path())[..] else { panic!("one call is one entry") };
    assert_eq!(entry.response.content.text, None);
    let unkept =
        entry.own.as_ref().and_then(|own| own.response_unkept.clone()).expect("it is told");
    assert_eq!(unkept.bytes, (PIECES * piece.len()) as u64);
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    (0..PIECES).for_each(|_| context.update(&piece));
    let digest: String =
        context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(unkept.sha256, digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_on_the_disk_before_its_answer_ends() {
    let upstream = Upstream::answering(answer("200 OK", "", "abc"));
    let folder = tempfile::tempdir().expect("a folder");
    let server = recording(folder.path(), &upstream).await;
    for number in 1..=50 {
        // As soon as the client has its answer, whoever looks finds the entry.
        with(&server, |url| ask(url, "GET /", "", "")).await;
        assert_eq!(entries(folder.path()).len(), number);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_its_client_leaves_is_written_down_as_far_as_it_went() {
    let upstream = Upstream::acting(|_, _| {
        let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        let event = b"9\r\ndata: 1\n\n\r\n";
        std::iter::once(head.to_vec()).chain((0..2000).map(|_| event.to_vec())).collect()
    });
    let folder = tempfile::tempdir().expect("a folder");
    let server = recording(folder.path(), &upstream).await;
    with(&server, |url| {
        use std::io::Read;
        let authority = url.strip_prefix("http://").expect("an http URL");
        let mut stream = std::net::TcpStream::connect(authority).expect("the server accepts");
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").expect("the server reads");
        let mut some = [0; 200];
        stream.read_exact(&mut some).expect("events come");
    })
    .await;
    for _ in 0..200 {
        if !entries(folder.path()).is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let [entry] = &entries(folder.path())[..] else { panic!("one call is one entry") };
    assert!(entry.response.content.text.as_deref().is_some_and(|it| it.starts_with("data: 1\n\n")));
}
