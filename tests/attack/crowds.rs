//! Eight thousand connections that do nothing: the server answers whoever does.

use std::io::BufRead;
use std::io::BufReader;
use std::net::SocketAddr;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use crate::attack::Victim;
use crate::attack::assert_serves;
use crate::support::process::Running;
use crate::support::process::clean;

const CONNECTIONS: usize = 8_000;

/// Files that a process needs to be allowed for so many connections.
const FILES: usize = CONNECTIONS + 1_000;

/// Opens the connections and keeps them until its input ends. Half of them say nothing, half begin
/// a request that never goes on.
const CROWD: &str = "
import socket, sys
host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
crowd = []
for number in range(count):
    member = socket.create_connection((host, port))
    if number % 2:
        member.sendall(b'GET /v1/sessions HTTP/1.1\\r\\nhost: ')
    crowd.append(member)
print(len(crowd), flush=True)
sys.stdin.read()
";

/// A program that may open so many files.
fn roomy(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("bash");
    clean(&mut command);
    let line = format!("ulimit -n {FILES} && exec \"$0\" \"$@\"");
    command.args(["-c", &line, program]).args(arguments);
    command
}

/// The crowd, once all of it is there.
fn gather(address: SocketAddr) -> (Child, String) {
    let (host, port) = (address.ip().to_string(), address.port().to_string());
    let count = CONNECTIONS.to_string();
    let arguments = ["-c", CROWD, &host, &port, &count];
    let mut command = roomy("python3", &arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut crowd = command.spawn().expect("bash runs");
    let mut told = String::new();
    let output = crowd.stdout.take().expect("standard output is piped");
    BufReader::new(output).read_line(&mut told).expect("standard output can be read");
    (crowd, told)
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_thousand_idle_connections_keep_nobody_from_being_served() {
    let may = roomy("true", &[]).status().expect("bash runs");
    assert!(may.success(), "this test needs a hard limit of {FILES} open files: `ulimit -Hn`");
    let binary = env!("CARGO_BIN_EXE_standin");
    let mut command = roomy(binary, &["serve", "clerk", "-p", "0", "--format", "json"]);
    let victim = Victim::of(Running::spawn_told(&mut command));
    victim
        .outlives(160, async |address| {
            let (mut crowd, told) = gather(address);
            assert_eq!(told.trim(), CONNECTIONS.to_string(), "python3 opens every connection");
            for _ in 0..100 {
                assert_serves(address).await;
            }
            drop(crowd.stdin.take());
            assert!(crowd.wait().expect("python3 ends").success());
        })
        .await;
}
