//! What a document may not read: anything outside of its folder, and no device, pipe or folder.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use standin::spec::LoadError;
use standin::spec::load::{self, Access, Address};

use super::{referring, told, written};

#[test]
fn nothing_outside_of_the_folder_is_read() {
    let outside = "which lies outside of the document's folder";
    let absolute = "and only files below the document's own folder are read, by relative paths";
    let web = "and nothing is fetched from another host than the document's own";
    let missing = "which can not be read: no such file or directory";
    let table = [
        ("../secret.yaml", outside),
        ("../no-such-file.yaml", outside),
        ("sub/../../secret.yaml", outside),
        ("%2e%2e/secret.yaml", outside),
        ("..%2Fsecret.yaml", outside),
        ("link.yaml", outside),
        ("linked/secret.yaml", outside),
        ("/etc/passwd", absolute),
        ("//example.com/x.yaml", absolute),
        ("/dev/zero", absolute),
        ("file:///etc/passwd", absolute),
        ("FILE:secret.yaml", absolute),
        ("C:\\secret.yaml", absolute),
        ("\\\\host\\secret.yaml", absolute),
        ("http://169.254.169.254/latest/meta-data/", web),
        ("HTTPS://example.com/x.yaml", web),
        ("sub", "which is a folder"),
        ("nul%00.yaml", "which can not be read"),
        ("%ff.yaml", "whose path is not UTF-8"),
        ("no-such-file.yaml", missing),
        ("sub/no-such-file.yaml", missing),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("api");
    std::fs::create_dir_all(inner.join("sub")).expect("a folder");
    std::fs::write(folder.path().join("secret.yaml"), "type: string").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(folder.path().join("secret.yaml"), inner.join("link.yaml")).expect("linked");
        symlink(folder.path(), inner.join("linked")).expect("linked");
    }
    for (reference, reason) in table {
        std::fs::write(inner.join("api.json"), referring(reference)).expect("written");
        let document = load::from_file(&inner.join("api.json")).expect("loads");
        let told = told(&document, folder.path());
        assert_eq!(told.len(), 1, "{reference}: {told:?}");
        let expected = format!("refers to `{reference}`, {reason}");
        assert!(told[0].contains(&expected), "{reference}: {told:?}");
        assert!(document.violations()[0].help.is_some());
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for_and_a_link_inside_the_folder_is_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let made = std::process::Command::new("mkfifo").arg(at("pipe.yaml")).status();
    assert!(made.expect("mkfifo runs").success());
    std::fs::write(at("schema.yaml"), "type: string").expect("written");
    std::os::unix::fs::symlink(at("schema.yaml"), at("link.yaml")).expect("linked");
    std::fs::write(at("api.json"), referring("pipe.yaml")).expect("written");
    let document = load::from_file(&at("api.json")).expect("loads");
    assert!(document.violations()[0].title.ends_with("which is no regular file"));
    std::fs::write(at("api.json"), referring("link.yaml")).expect("written");
    assert_eq!(load::from_file(&at("api.json")).expect("loads").violations(), []);
}

#[test]
fn nobody_is_called_for_a_file_unless_that_is_allowed_and_then_nobody_near() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a listener takes options");
    let url = format!("http://{}/x.yaml", listener.local_addr().expect("an address"));
    for (remote_references, reason) in [
        (false, "and nothing is fetched from another host than the document's own"),
        (true, "which can not be fetched: 127.0.0.1 is 127.0.0.1, which is no public address"),
    ] {
        let (folder, _) = written(&[("api.json", &referring(&url))]);
        let address = Address::File(folder.path().join("api.json"));
        let document = load::from_address(&address, Access { remote_references }).expect("loads");
        assert!(document.violations()[0].title.ends_with(reason), "{:?}", document.violations());
    }
    let called = listener.accept().expect_err("nobody calls");
    assert_eq!(called.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn a_document_without_end_is_refused() {
    if !Path::new("/dev/zero").exists() {
        return;
    }
    let before = Instant::now();
    let error = load::from_file(Path::new("/dev/zero")).expect_err("it has no end");
    assert!(matches!(error, LoadError::TooLarge { .. }), "{error}");
    assert!(before.elapsed() < Duration::from_secs(10));
}
