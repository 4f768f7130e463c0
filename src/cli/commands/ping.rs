//! `standin ping [URL]`: is a standin ready there? For health checks.
//!
//! Speaks HTTP/1.1 by itself: one request without a body needs no client.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::cli::args::Ping;
use crate::cli::exit::Exit;
use crate::cli::output::Output;

/// How long to wait, all in all.
const PATIENCE: Duration = Duration::from_secs(3);

/// Runs the command: 0 if a standin is ready there, 1 if not.
pub(crate) fn run(command: &Ping, output: &Output) -> anyhow::Result<Exit> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let url = command.url.clone().or_else(|| variable("STANDIN_URL")).unwrap_or_else(|| {
        let port = variable("STANDIN_PORT").filter(|port| !port.contains("://"));
        format!("http://127.0.0.1:{}", port.as_deref().unwrap_or("4010"))
    });
    let authority = authority(&url)?;
    match in_time(authority) {
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

/// Host and port of a URL.
fn authority(url: &str) -> anyhow::Result<&str> {
    let Some(rest) = url.strip_prefix("http://") else {
        bail!("`{url}` is no URL of a standin, for example http://127.0.0.1:4010");
    };
    Ok(rest.split(['/', '?', '#']).next().unwrap_or(rest))
}

/// Asks for the health on a thread of its own: names, connections and answers may each be slow,
/// and only whoever doesn't wait for them can be sure of the end.
fn in_time(authority: &str) -> anyhow::Result<()> {
    let (sender, receiver) = mpsc::channel();
    let authority = authority.to_owned();
    // Who gave up doesn't listen any more.
    thread::spawn(move || sender.send(health(&authority)).ok());
    let timely = receiver.recv_timeout(PATIENCE);
    timely.unwrap_or_else(|_| bail!("no whole answer within {} seconds", PATIENCE.as_secs()))
}

fn health(authority: &str) -> anyhow::Result<()> {
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let address = if has_port { authority.to_owned() } else { format!("{authority}:80") };
    let mut addresses = address.to_socket_addrs().context("no such host")?;
    let address = addresses.next().context("no such host")?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).context("cannot connect")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /_standin/health HTTP/1.1\r\nhost: {authority}\r\naccept: application/json\r\n\
         connection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer).context("no answer")?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).unwrap_or("no status");
    if status != "200" || !answer.contains(r#""status":"ok""#) {
        bail!("something else answers there (status {status})");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::authority;

    #[test]
    fn the_authority_is_what_stands_before_the_path() {
        assert_eq!(authority("http://127.0.0.1:4010/x?y").unwrap(), "127.0.0.1:4010");
        assert_eq!(authority("http://[::1]:4010").unwrap(), "[::1]:4010");
        assert!(authority("127.0.0.1:4010").is_err());
    }
}
