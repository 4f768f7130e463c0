//! Running the built binary as a user does: arguments, environment, output, signals.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use serde_json::Value;

/// The binary, ready to be given arguments; the caller's own settings are kept out.
pub(crate) fn standin(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_standin"));
    command.args(arguments);
    clean(&mut command);
    command
}

/// Takes `STANDIN_…` out of a command's environment.
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("STANDIN_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
}

/// Runs to the end: exit code, standard output, standard error.
pub(crate) fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("the output is text");
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// A server in a process of its own, told by its events.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    /// Read as they come: a server that tells much waits for nobody. Guarded, so that threads may
    /// share what they do not listen to.
    events: Mutex<Receiver<String>>,
    told: Option<BufReader<ChildStderr>>,
    /// Where it listens.
    pub(crate) url: String,
}

impl Running {
    /// Starts `standin …` with `--format json` on a free port and waits until it is ready.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::spawn(&mut standin(arguments))
    }

    /// The same with a command that was prepared; it must have standin write events.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        Self::piped(command.stderr(Stdio::null()))
    }

    /// The same where standard error is read, too: a command behind `--` writes there.
    pub(crate) fn told(arguments: &[&str]) -> Self {
        Self::spawn_told(&mut standin(arguments))
    }

    /// The same with a command that was prepared.
    pub(crate) fn spawn_told(command: &mut Command) -> Self {
        Self::piped(command.stderr(Stdio::piped()))
    }

    /// The same where standard error goes to a file, which never fills up.
    pub(crate) fn logging(command: &mut Command, log: File) -> Self {
        Self::piped(command.stderr(log))
    }

    /// The same where the first event is the caller's to read.
    pub(crate) fn prepared(command: &mut Command) -> Self {
        Self::begun(command.stderr(Stdio::null()))
    }

    /// The same where a person is greeted on standard error, which is read.
    pub(crate) fn greeted(command: &mut Command) -> Self {
        let mut running = Self::begun(command.stderr(Stdio::piped()));
        let greeting = running.told_line();
        let (_, url) = greeting.rsplit_once(" at ").expect("the greeting has the address");
        running.url = url.to_owned();
        while !running.told_line().contains("stop with Ctrl-C") {}
        running
    }

    fn begun(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let told = child.stderr.take().map(BufReader::new);
        let stdout = child.stdout.take().expect("standard output is piped");
        let (sender, events) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            lines.take_while(|line| sender.send(line.clone()).is_ok()).for_each(drop);
        });
        Self { child, events: Mutex::new(events), told, url: String::new() }
    }

    fn piped(command: &mut Command) -> Self {
        let mut running = Self::begun(command);
        let ready = running.event();
        assert_eq!(ready["event"], "ready", "{ready}");
        running.url = ready["url"].as_str().expect("the event has the address").to_owned();
        running
    }

    fn events(&mut self) -> &mut Receiver<String> {
        self.events.get_mut().expect("nobody panicked while listening")
    }

    /// The next line of standard output.
    pub(crate) fn line(&mut self) -> String {
        // At the end, nothing more is sent.
        self.events().recv().unwrap_or_default().trim_end().to_owned()
    }

    /// The next line of standard error.
    pub(crate) fn told_line(&mut self) -> String {
        let mut line = String::new();
        let told = self.told.as_mut().expect("standard error is piped");
        told.read_line(&mut line).expect("standard error can be read");
        line.trim_end().to_owned()
    }

    /// The next event.
    pub(crate) fn event(&mut self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: `{line}`"))
    }

    /// Sends a signal by name: `INT`, `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        let line = format!("kill -{name} {process}");
        let sent = Command::new("bash").args(["-c", &line]).status().expect("bash runs");
        assert!(sent.success(), "{line}");
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended already.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the program can be asked for").is_some()
    }

    /// Waits for the end: the exit code and what was left of standard output.
    pub(crate) fn end(mut self) -> (i32, String) {
        let rest = self.events().iter().map(|line| format!("{line}\n")).collect();
        let status = self.child.wait().expect("the program ends");
        (status.code().unwrap_or(-1), rest)
    }

    /// Waits for the end: the exit code and what was left of standard error.
    pub(crate) fn end_told(mut self) -> (i32, String) {
        let mut rest = String::new();
        let told = self.told.as_mut().expect("standard error is piped");
        told.read_to_string(&mut rest).expect("standard error can be read");
        (self.end().0, rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Calls a server over a socket of its own: status and the whole answer.
pub(crate) fn call(url: &str, head: &str, body: impl AsRef<[u8]>) -> (u16, String) {
    let body = body.as_ref();
    let authority = url.strip_prefix("http://").expect("an http URL");
    let mut stream = TcpStream::connect(authority).expect("the server accepts");
    let (line, fields) = head.split_once('\n').unwrap_or((head, ""));
    let mut request = format!("{line} HTTP/1.1\r\nconnection: close\r\n");
    if !fields.lines().any(|field| field.starts_with("host:")) {
        request.push_str(&format!("host: {authority}\r\n"));
    }
    for field in fields.lines() {
        request.push_str(&format!("{field}\r\n"));
    }
    request.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    stream.write_all(&[request.as_bytes(), body].concat()).expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the server answers");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_default(), answer)
}
