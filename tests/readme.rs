//! Every command that README shows is run, in order, and says what README says it says.
//!
//! A `console` block holds commands (`$ `, continued by `> `) and what they print; a line of `…`
//! stands for any number of lines. Commands that end in `&` are servers: the next command waits
//! until they are ready.

use std::fmt::Write;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use crate::support::process::Running;

/// Stands between the outputs of two commands.
const MARK: &str = "@@@@ end of command";

/// The ports that README speaks of.
const SHOWN_PORTS: [&str; 2] = ["4010", "4011"];

/// The document that README has its readers fetch, and where it is kept.
const FETCHED: (&str, &str) = (
    "train-travel.yaml",
    "../shared/corpora/specs/train-travel-api__.microcks_openapi_5e9439.yaml",
);

/// A command with what it prints.
#[derive(Debug)]
struct Shown {
    command: String,
    output: Vec<String>,
}

#[test]
fn every_command_in_the_readme_prints_what_the_readme_shows() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let shown = commands(&readme);
    assert!(shown.len() > 10, "README shows a session");
    let ports = free_ports();
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["snapshots", "openapi"] {
        std::os::unix::fs::symlink(root().join(name), folder.path().join(name)).expect("a link");
    }
    let (name, kept) = FETCHED;
    let kept = root().join(kept);
    assert!(kept.exists(), "the corpora belong beside the checkout: {}", kept.display());
    std::os::unix::fs::symlink(kept, folder.path().join(name)).expect("a link");
    let script = script(&shown, &ports);
    let outputs = run(&script, folder.path());
    assert_eq!(outputs.len(), shown.len(), "every command ran:\n{}", outputs.join("\n"));
    for (shown, output) in shown.iter().zip(&outputs) {
        let output = renamed(output, ports.iter().map(String::as_str).zip(SHOWN_PORTS));
        let printed: Vec<&str> = output.trim_end().lines().map(str::trim_end).collect();
        let expected: Vec<&str> = shown.output.iter().map(|line| line.trim_end()).collect();
        assert!(
            matches(&expected, &printed),
            "README shows for\n$ {}\n{}\n\nit prints\n{}\n",
            shown.command,
            expected.join("\n"),
            printed.join("\n")
        );
    }
}

/// Programs that the workflow calls besides, which stand in for the real ones here: one calls the
/// API as a client's smoke test does, the other takes the comment.
const STAND_INS: [(&str, &str); 2] = [
    (
        "npm",
        "#!/bin/bash\n[ \"$*\" = ci ] && exit 0\n[ \"$*\" = 'run smoke' ] || exit 9\n\
         curl -sf \"$CLERK_API_URL/v1/sessions?user_id=user_ada\" \
         -H \"Authorization: Bearer $CLERK_SECRET_KEY\" > /dev/null\n",
    ),
    ("gh", "#!/bin/bash\necho \"$@\" > comment.txt; cat \"${@: -1}\" >> comment.txt\n"),
];

#[test]
fn every_command_of_the_workflow_in_the_readme_does_what_it_is_there_for() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let (_, block) = readme.split_once("```yaml\nname: drift\n").expect("the workflow");
    let (block, _) = block.split_once("```").expect("its end");
    let workflow: serde_json::Value = serde_saphyr::from_str(block).expect("YAML");
    let job = &workflow["jobs"]["drift"];
    let folder = tempfile::tempdir().expect("a folder");
    for (name, script) in STAND_INS {
        let path = folder.path().join(name);
        fs::write(&path, script).expect("it is written");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&path, mode).expect("it can be run");
    }
    // What the vendor's sandbox would be.
    let sandbox = Running::start(&["serve", "clerk", "--port", "0", "--format", "json"]);
    fs::write(folder.path().join("drift-baseline.txt"), "").expect("it is written");
    let mut commands = 0;
    for step in job["steps"].as_array().expect("steps") {
        let Some(command) = step["run"].as_str() else { continue };
        let path = std::env::var("PATH").unwrap_or_default();
        let binary = PathBuf::from(env!("CARGO_BIN_EXE_standin"));
        let binaries = binary.parent().expect("a folder").display().to_string();
        let output = Command::new("bash")
            .args(["-e", "-o", "pipefail", "-c", command])
            .current_dir(folder.path())
            .env("PATH", format!("{}:{binaries}:{path}", folder.path().display()))
            .env("SANDBOX", &sandbox.url)
            .env("CLERK_SECRET_KEY", "sk_test_mock")
            .env("GITHUB_STEP_SUMMARY", folder.path().join("summary.md"))
            .env("NUMBER", "7")
            .output()
            .expect("bash runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}\n{told}");
        commands += 1;
    }
    assert_eq!(commands, 4, "npm, record, drift and the comment");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect(name);
    let comment = read("comment.txt");
    let (line, body) = comment.split_once('\n').expect("arguments, then the body");
    assert_eq!(line, "pr comment 7 --edit-last --create-if-none --body-file drift.md");
    assert!(body.starts_with("### standin drift: ✅ passed"), "{body}");
    assert_eq!(body, read("summary.md"));
    assert!(read("drift.html").ends_with("</html>"));
    assert!(read("taped/exchanges.ndjson").contains("user_ada"));
}

/// Reads the `console` blocks.
fn commands(readme: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut is_inside = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            is_inside = line == "```console";
        } else if is_inside {
            if let Some(command) = line.strip_prefix("$ ") {
                found.push(Shown { command: command.to_owned(), output: Vec::new() });
            } else if let Some(shown) = found.last_mut() {
                match line.strip_prefix("> ") {
                    Some(more) if shown.output.is_empty() => {
                        shown.command.push('\n');
                        shown.command.push_str(more);
                    }
                    _ => shown.output.push(line.to_owned()),
                }
            }
        }
    }
    found
}

/// Writes the commands as one script, each followed by the mark.
fn script(shown: &[Shown], ports: &[String; 2]) -> String {
    let mut script = String::from("exec 2>&1\n");
    for (number, shown) in shown.iter().enumerate() {
        let real = SHOWN_PORTS.into_iter().zip(ports.iter().map(String::as_str));
        let mut command = renamed(&shown.command, real);
        let is_first = !shown.command.contains(SHOWN_PORTS[1]);
        let port = &ports[usize::from(!is_first)];
        if let Some(server) = command.strip_suffix('&') {
            let server = server.trim_end();
            let server = match server.strip_prefix("standin serve") {
                Some(rest) => format!("standin serve --port {port}{rest}"),
                None => server.to_owned(),
            };
            command = format!(
                "{server} > server.{number} 2>&1 &\nuntil standin ping http://127.0.0.1:{port} \
                 > /dev/null 2>&1; do sleep 0.1; done; cat server.{number}"
            );
        }
        let _ = writeln!(script, "{command}\necho; echo '{MARK}'");
    }
    script.push_str("kill $(jobs -p) 2> /dev/null; wait\n");
    script
}

/// A text with one name in the place of another.
fn renamed<'n>(text: &str, names: impl Iterator<Item = (&'n str, &'n str)>) -> String {
    names.fold(text.to_owned(), |text, (name, other)| text.replace(name, other))
}

/// Runs the script where `standin` is on the path; gives what each command printed.
fn run(script: &str, folder: &Path) -> Vec<String> {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_standin"));
    let binaries = binary.parent().expect("a folder").display().to_string();
    let path = format!("{binaries}:{}", std::env::var("PATH").unwrap_or_default());
    let output = Command::new("bash")
        .args(["-c", script])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("GITHUB_ACTIONS")
        .output()
        .expect("bash runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut parts: Vec<String> = text.split(MARK).map(|part| part.trim().to_owned()).collect();
    parts.pop();
    parts
}

/// Compares line by line; `…` takes any number of lines, and so does the end of a line any text.
fn matches(expected: &[&str], printed: &[&str]) -> bool {
    match (expected.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((&"…", rest)), _) => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        (Some((first, rest)), Some((line, more))) => {
            let is_same = match first.strip_suffix('…') {
                Some(beginning) => line.starts_with(beginning),
                None => first == line,
            };
            is_same && matches(rest, more)
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn free_ports() -> [String; 2] {
    // Both at once, so that they differ.
    let bound = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    bound.map(|listener| listener.local_addr().expect("its address").port().to_string())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
