//! What a server needs once it has answered every operation.

use crate::client::Client;
use crate::process::Running;
use crate::tour;

/// The most that may be resident after one call of each operation.
const LIMIT_KIB: u64 = 24 * 1024;

/// Calls each operation once and looks at the memory.
pub(crate) fn check() -> Vec<String> {
    let server = serving();
    let idle = resident_kib(server.id());
    let mut client = Client::connect(&server.url);
    let calls = tour::tour(&mut client);
    let after = resident_kib(server.id());
    let program = status_kib(server.id(), "RssFile");
    println!("{idle} KiB idle; {after} KiB after {calls} calls, {program} KiB of them files");
    println!("the limit is {LIMIT_KIB} KiB");
    let left_out = tour::left_out(&mut client);
    let mut broken: Vec<String> =
        left_out.iter().map(|operation| format!("nothing has called {operation}")).collect();
    if after > LIMIT_KIB {
        broken.push(format!("{after} KiB are resident after one call of each operation"));
    }
    broken
}

/// The built binary as a user starts it, on a free port, telling events.
pub(crate) fn serving() -> Running {
    Running::start(&["serve", "--port", "0", "--format", "json", "--fail-on", "never"])
}

/// The memory of a process that stands in RAM, as Linux counts it.
pub(crate) fn resident_kib(process: u32) -> u64 {
    status_kib(process, "VmRSS")
}

/// The most of it since the process began, or since [`forget_peak`].
pub(crate) fn peak_kib(process: u32) -> u64 {
    status_kib(process, "VmHWM")
}

/// Has the peak counted from now on (proc(5), `clear_refs`).
pub(crate) fn forget_peak(process: u32) {
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").expect("Linux forgets the peak");
}

fn status_kib(process: u32, name: &str) -> u64 {
    let path = format!("/proc/{process}/status");
    let status = std::fs::read_to_string(&path).expect("Linux tells of the process");
    let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let text = value.expect("a process has memory").trim().trim_end_matches(" kB");
    text.parse().expect("a number of KiB")
}
