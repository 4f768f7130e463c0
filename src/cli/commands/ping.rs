//! `standin ping [URL]`: is a standin ready there? For health checks.
//!
//! Speaks HTTP/1.1 by itself: one request without a body needs no client.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::cli::args::Ping;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::tls::Connector;

/// How long to wait, all in all.
const PATIENCE: Duration = Duration::from_secs(3);

/// How much of an answer is read.
const MOST_BYTES: u64 = 64 * 1024;

/// Runs the command: 0 if a standin is ready there, 1 if not.
pub(crate) fn run(command: &Ping, output: &Output) -> anyhow::Result<Exit> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let url = command.url.clone().or_else(|| variable("STANDIN_URL")).unwrap_or_else(|| {
        let port = variable("STANDIN_PORT").filter(|port| !port.contains("://"));
        format!("http://127.0.0.1:{}", port.as_deref().unwrap_or("4010"))
    });
    let place = Place::of(&url)?;
    match in_time(place) {
        Ok(()) => {
            output.print(&format!("ready: {url}\n"));
            Ok(Exit::Clean)
        }
        Err(error) => {
            output.tell(&format!("standin: not ready at {url}: {error:#}\n"));
            Ok(Exit::Findings)
        }
    }
}

/// Where to ask.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    is_secret: bool,
    authority: String,
}

impl Place {
    /// Out of a URL.
    fn of(url: &str) -> anyhow::Result<Self> {
        let (is_secret, rest) = match (url.strip_prefix("http://"), url.strip_prefix("https://")) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => {
                bail!("`{url}` is no URL of a standin, for example http://127.0.0.1:4010")
            }
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest).to_owned();
        Ok(Self { is_secret, authority })
    }

    /// The host alone, as certificates name it.
    fn host(&self) -> &str {
        let host = self.authority.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok());
        host.map_or(self.authority.as_str(), |(host, _)| host).trim_matches(['[', ']'])
    }
}

/// Asks for the health on a thread of its own: names, connections and answers may each be slow,
/// and only whoever doesn't wait for them can be sure of the end.
fn in_time(place: Place) -> anyhow::Result<()> {
    let (sender, receiver) = mpsc::channel();
    // Who gave up doesn't listen any more.
    thread::spawn(move || sender.send(health(&place)).ok());
    let timely = receiver.recv_timeout(PATIENCE);
    timely.unwrap_or_else(|_| bail!("no whole answer within {} seconds", PATIENCE.as_secs()))
}

fn health(place: &Place) -> anyhow::Result<()> {
    let authority = &place.authority;
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let usual = if place.is_secret { 443 } else { 80 };
    let address = if has_port { authority.clone() } else { format!("{authority}:{usual}") };
    let mut addresses = address.to_socket_addrs().context("no such host")?;
    let address = addresses.next().context("no such host")?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).context("cannot connect")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!(
        "GET /_standin/health HTTP/1.1\r\nhost: {authority}\r\naccept: application/json\r\n\
         connection: close\r\n\r\n"
    );
    let mut answer = Vec::new();
    if place.is_secret {
        answer = ask_secretly(place, stream, &request)?;
    } else {
        stream.write_all(request.as_bytes())?;
        stream.take(MOST_BYTES).read_to_end(&mut answer).context("no answer")?;
    }
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).unwrap_or("no status");
    if status != "200" || !answer.contains(r#""status":"ok""#) {
        bail!("something else answers there (status {status})");
    }
    Ok(())
}

/// Asks over TLS; the file that `STANDIN_CA` names is trusted beside the usual authorities.
fn ask_secretly(place: &Place, stream: TcpStream, request: &str) -> anyhow::Result<Vec<u8>> {
    let file = std::env::var_os("STANDIN_CA").filter(|file| !file.is_empty());
    let read =
        |file: PathBuf| fs::read(&file).with_context(|| format!("cannot read {}", file.display()));
    let extra = file.map(PathBuf::from).map(read).transpose()?;
    let connector = Connector::new(extra.as_deref(), false)?;
    stream.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::from_std(stream)?;
        let secured = connector.connect(place.host(), stream).await;
        let (mut stream, _) = secured.context("no TLS")?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        // Who ends without a farewell has said all that matters here.
        let _ = stream.take(MOST_BYTES).read_to_end(&mut answer).await;
        Ok(answer)
    })
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn the_authority_is_what_stands_before_the_path() {
        let told =
            |url| Place::of(url).map(|it| (it.host().to_owned(), it.authority, it.is_secret));
        let place = |host: &str, authority: &str, is_secret| {
            (host.to_owned(), authority.to_owned(), is_secret)
        };
        let table = [
            ("http://127.0.0.1:4010/x?y", place("127.0.0.1", "127.0.0.1:4010", false)),
            ("http://[::1]:4010", place("::1", "[::1]:4010", false)),
            ("https://a.example", place("a.example", "a.example", true)),
        ];
        for (url, expected) in table {
            assert_eq!(told(url).unwrap(), expected);
        }
        assert!(Place::of("127.0.0.1:4010").is_err());
    }
}
