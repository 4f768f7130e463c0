//! Which device a User-Agent speaks of.
//!
//! `ua-parser`, the reference project's own engine, does the matching. It comes without patterns,
//! and the full public list is a file of thousands of lines for devices that no one logs in with;
//! the table below names the browsers and systems that run WebAuthn, and takes the first product
//! of everything else (`curl/8.5.0`).

use std::borrow::Cow;
use std::sync::LazyLock;

use ua_parser::os;
use ua_parser::user_agent;

use crate::apis::transmit::auth_session::DeviceInfo;

/// What stands where the User-Agent does not tell.
const UNKNOWN: &str = "unknown";

/// A version of up to four numbers, as groups of their own.
macro_rules! version {
    () => {
        r"([0-9]+)(?:[._]([0-9]+))?(?:[._]([0-9]+))?(?:[._]([0-9]+))?"
    };
}

/// Pattern and name, the first that fits; group 1 is the product, groups 2 to 5 the version.
const BROWSERS: [(&str, Option<&str>); 9] = [
    (concat!(r"(Edg|EdgA|EdgiOS|Edge)/", version!()), Some("Edge")),
    (concat!(r"(OPR|OPiOS|Opera)/", version!()), Some("Opera")),
    (concat!(r"(SamsungBrowser)/", version!()), Some("Samsung Internet")),
    (concat!(r"(FxiOS|Firefox)/", version!()), Some("Firefox")),
    (concat!(r"(CriOS|HeadlessChrome|Chrome)/", version!()), Some("Chrome")),
    (concat!(r"(Version)/", version!(), r" .*Safari/"), Some("Safari")),
    (concat!(r"(MSIE|rv)[ :]", version!()), Some("Internet Explorer")),
    (concat!(r"^(Mozilla)/", version!(), r" \(compatible"), Some(UNKNOWN)),
    (concat!(r"^([A-Za-z][A-Za-z0-9._-]*)/", version!()), None),
];

/// Pattern, name, and the version where the pattern's groups do not hold it. iOS and Android come
/// before what they pretend to be.
const SYSTEMS: [(&str, &str, Option<&str>); 10] = [
    (concat!(r"()(?:CPU|iPhone) (?:iPhone )?OS ", version!()), "iOS", None),
    (concat!(r"()Android ", version!()), "Android", None),
    (concat!(r"()CrOS [A-Za-z0-9_]+ ", version!()), "Chrome OS", None),
    (r"Windows NT 10\.0", "Windows", Some("10")),
    (r"Windows NT 6\.3", "Windows", Some("8.1")),
    (r"Windows NT 6\.2", "Windows", Some("8")),
    (r"Windows NT 6\.1", "Windows", Some("7")),
    (r"Windows", "Windows", None),
    (concat!(r"()Mac OS X ", version!()), "macOS", None),
    (r"Linux", "Linux", None),
];

static BROWSER: LazyLock<user_agent::Extractor<'static>> = LazyLock::new(|| {
    let mut builder = user_agent::Builder::new();
    for (regex, name) in BROWSERS {
        let parser = user_agent::Parser {
            regex: Cow::Borrowed(regex),
            family_replacement: name.map(Cow::Borrowed),
            ..user_agent::Parser::default()
        };
        builder = builder.push(parser).expect("the patterns above are well-formed");
    }
    builder.build().expect("the patterns above can be searched for")
});

static SYSTEM: LazyLock<os::Extractor<'static>> = LazyLock::new(|| {
    let mut builder = os::Builder::new();
    for (regex, name, version) in SYSTEMS {
        let parser = os::Parser {
            regex: Cow::Borrowed(regex),
            os_replacement: Some(Cow::Borrowed(name)),
            os_v1_replacement: version.map(Cow::Borrowed),
            ..os::Parser::default()
        };
        builder = builder.push(parser).expect("the patterns above are well-formed");
    }
    builder.build().expect("the patterns above can be searched for")
});

/// Reads a User-Agent; without one everything is unknown.
pub(crate) fn read(user_agent: Option<&str>) -> DeviceInfo {
    let Some(text) = user_agent else { return unknown() };
    let (browser_type, browser_version) = match BROWSER.extract(text) {
        Some(found) => {
            let parts = [found.major, found.minor, found.patch, found.patch_minor];
            (found.family.into_owned().into(), join(parts.into_iter().flatten()))
        }
        None => (UNKNOWN.into(), UNKNOWN.into()),
    };
    let (os_type, os_version) = match SYSTEM.extract(text) {
        Some(found) => {
            let parts = [&found.major, &found.minor, &found.patch, &found.patch_minor];
            let version = join(parts.into_iter().flatten().map(|part| &**part));
            (found.os.into_owned().into(), version)
        }
        None => (UNKNOWN.into(), UNKNOWN.into()),
    };
    DeviceInfo { os_type, os_version, browser_type, browser_version }
}

fn unknown() -> DeviceInfo {
    let text = || Cow::Borrowed(UNKNOWN);
    DeviceInfo {
        os_type: text(),
        os_version: text(),
        browser_type: text(),
        browser_version: text(),
    }
}

fn join<'t>(parts: impl Iterator<Item = &'t str>) -> Cow<'static, str> {
    let text = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    if text.is_empty() { UNKNOWN.into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn user_agents_are_read() {
        let table = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                ["Windows", "10", "Chrome", "126.0.0.0"],
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87",
                ["Windows", "10", "Edge", "126.0.2592.87"],
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                ["iOS", "17.5.1", "Safari", "17.5"],
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
                ["macOS", "10.15.7", "Safari", "17.4"],
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.6422.165 Mobile Safari/537.36",
                ["Android", "14", "Chrome", "125.0.6422.165"],
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
                ["Linux", "unknown", "Firefox", "127.0"],
            ),
            ("curl/8.5.0", ["unknown", "unknown", "curl", "8.5.0"]),
            ("", ["unknown", "unknown", "unknown", "unknown"]),
        ];
        for (text, expected) in table {
            let info = read(Some(text));
            let got = [&info.os_type, &info.os_version, &info.browser_type, &info.browser_version];
            assert_eq!(got, expected, "{text}");
        }
        assert_eq!(read(None).browser_type, "unknown");
    }
}
