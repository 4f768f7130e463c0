//! Personal data: addresses, names, numbers of people, by the name of a field or by their shape.
//!
//! Nothing hides it unless somebody asks for it: most of what an API says is about somebody.

use std::ops::Range;

/// What kind of personal data something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Personal {
    /// An address of e-mail.
    Email,
    /// An address of the internet protocol.
    Ip,
    /// A number of a telephone.
    Phone,
    /// A name, a birthday, a number with an authority.
    Person,
    /// Where somebody lives.
    Address,
}

/// Names of fields, without their separators, by what they hold.
const NAMES: [(Personal, &[&str]); 5] = [
    (Personal::Email, &["email", "emailaddress", "mail", "useremail"]),
    (Personal::Ip, &["ip", "ipaddress", "clientip", "remoteaddr", "xforwardedfor", "xrealip"]),
    (
        Personal::Phone,
        &["phone", "phonenumber", "mobile", "mobilenumber", "telephone", "tel", "msisdn", "fax"],
    ),
    (
        Personal::Person,
        &[
            "firstname",
            "lastname",
            "fullname",
            "givenname",
            "familyname",
            "middlename",
            "surname",
            "maidenname",
            "nickname",
            "birthday",
            "birthdate",
            "dateofbirth",
            "dob",
            "ssn",
            "socialsecuritynumber",
            "passportnumber",
            "taxid",
            "username",
            "displayname",
        ],
    ),
    (
        Personal::Address,
        &[
            "address",
            "street",
            "streetaddress",
            "addressline",
            "addressline1",
            "addressline2",
            "postalcode",
            "zip",
            "zipcode",
            "city",
            "latitude",
            "longitude",
        ],
    ),
];

/// What kind of personal data a field of this name holds.
///
/// # Examples
///
/// ```
/// use standin::finding::personal::{Personal, kind_of_name};
///
/// assert_eq!(kind_of_name("first_name"), Some(Personal::Person));
/// assert_eq!(kind_of_name("X-Forwarded-For"), Some(Personal::Ip));
/// assert_eq!(kind_of_name("name"), None);
/// ```
#[must_use]
pub fn kind_of_name(name: &str) -> Option<Personal> {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|it| it.to_ascii_lowercase())
        .collect();
    NAMES.iter().find(|(_, names)| names.contains(&&*plain)).map(|(kind, _)| *kind)
}

/// What kind of personal data a whole text is, by its shape.
#[must_use]
pub fn kind_of_text(text: &str) -> Option<Personal> {
    if is_email(text) {
        Some(Personal::Email)
    } else if is_ip(text) {
        Some(Personal::Ip)
    } else if is_phone(text) {
        Some(Personal::Phone)
    } else {
        None
    }
}

/// Adds the places of personal data that is known by its shape.
pub fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"@.+-_:%".contains(&byte);
    let (bytes, mut start) = (text.as_bytes(), 0);
    while start < bytes.len() {
        let end = bytes[start..].iter().position(|byte| !is_part(*byte));
        let end = end.map_or(bytes.len(), |length| start + length);
        if end == start {
            start += 1;
            continue;
        }
        let word = text[start..end].trim_end_matches(['.', ':', '-']);
        if word.len() >= 7 && kind_of_text(word).is_some() {
            found.push(start..start + word.len());
        }
        start = end + 1;
    }
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else { return false };
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let top = host.rsplit_once('.').map_or("", |(_, top)| top);
    !user.is_empty()
        && host.bytes().all(is_host)
        && top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Addresses of anybody: those that mean this host, or nobody, tell of no person.
fn is_ip(text: &str) -> bool {
    let bytes: Vec<Option<u8>> = text.split('.').map(|part| part.parse().ok()).collect();
    if let [Some(first), Some(_), Some(_), Some(_)] = bytes[..] {
        return first != 127 && text != "0.0.0.0";
    }
    let groups: Vec<&str> = text.split(':').collect();
    let is_group =
        |group: &&str| group.len() <= 4 && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_short = text.matches("::").count() == 1 && groups.len() <= 8;
    // Whoever writes `a::b` may mean anything; an address has more groups than two.
    groups.iter().all(is_group)
        && (groups.len() == 8 || is_short)
        && groups.iter().filter(|group| !group.is_empty()).count() > 2
}

/// Numbers in international form: anything else may be a count of something.
fn is_phone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (8..=15).contains(&digits)
        && rest.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte))
}
