//! Words, and texts that go with the name of a property.

use crate::synth::random::Random;

const FIRST: &[&str] = &[
    "Ada", "Alan", "Amira", "Carlos", "Chen", "Dana", "Elif", "Grace", "Hugo", "Ines", "Jonas",
    "Kofi", "Lena", "Mateo", "Nadia", "Noor", "Olga", "Priya", "Ravi", "Sofia", "Tomas", "Yuki",
];

const LAST: &[&str] = &[
    "Abe", "Almeida", "Becker", "Costa", "Diallo", "Eriksen", "Fischer", "Garcia", "Haddad",
    "Ivanova", "Jensen", "Kowalski", "Lovelace", "Moreau", "Nguyen", "Okafor", "Patel", "Rossi",
    "Silva", "Turing", "Weber", "Yilmaz",
];

const CITIES: &[&str] = &[
    "Accra", "Bergen", "Bogota", "Hanoi", "Kyoto", "Lagos", "Leipzig", "Lyon", "Montreal",
    "Nairobi", "Porto", "Quito", "Riga", "Sydney", "Turin",
];

const COUNTRIES: &[&str] = &[
    "Brazil", "Canada", "France", "Germany", "Ghana", "India", "Italy", "Japan", "Kenya", "Norway",
];

const COUNTRY_CODES: &[&str] = &["BR", "CA", "FR", "DE", "GH", "IN", "IT", "JP", "KE", "NO"];

const STREETS: &[&str] =
    &["Harbour Street", "Mill Lane", "Oak Avenue", "Park Road", "Station Road", "Garden Row"];

const COMPANIES: &[&str] =
    &["Acme Ltd", "Blue Harbour GmbH", "Cedar & Co", "Northwind Inc", "Orbit Labs", "Riverside SA"];

const JOBS: &[&str] = &["Accountant", "Designer", "Engineer", "Librarian", "Nurse", "Teacher"];

const COLOURS: &[&str] = &["amber", "black", "blue", "green", "orange", "red", "violet", "white"];

const CURRENCIES: &[&str] = &["CHF", "EUR", "GBP", "INR", "JPY", "NOK", "USD"];

const LANGUAGES: &[&str] = &["de", "en", "es", "fr", "it", "ja", "pt"];

const ZONES: &[&str] = &["Africa/Nairobi", "America/Bogota", "Asia/Tokyo", "Europe/Berlin", "UTC"];

const STATES: &[&str] = &["active", "archived", "done", "new", "open", "pending"];

const WORDS: &[&str] = &[
    "amber", "anchor", "basket", "birch", "breeze", "bridge", "canvas", "cedar", "clover",
    "copper", "dawn", "delta", "ember", "fern", "field", "forest", "garden", "harbour", "hazel",
    "island", "lantern", "maple", "meadow", "mirror", "north", "ocean", "orchard", "pebble",
    "pine", "quartz", "ribbon", "river", "saddle", "silver", "spring", "stone", "thistle",
    "timber", "valley", "willow",
];

fn one(list: &'static [&'static str], random: &mut Random) -> &'static str {
    random.pick(list).copied().unwrap_or("string")
}

/// A word.
pub(super) fn word(random: &mut Random) -> &'static str {
    one(WORDS, random)
}

/// A few words.
pub(super) fn sentence(random: &mut Random) -> String {
    let count = random.between(2, 5);
    let words: Vec<&str> = (0..count).map(|_| word(random)).collect();
    words.join(" ")
}

/// The name of a host that nobody has (RFC 2606).
pub(super) fn host(random: &mut Random) -> String {
    format!("{}.example.com", word(random))
}

/// A mail address that nobody has.
pub(super) fn mail(random: &mut Random) -> String {
    let (first, last) = (one(FIRST, random), one(LAST, random));
    format!("{first}.{last}@example.com").to_ascii_lowercase()
}

/// A text that goes with the name of a property, of `most` characters at most where that is
/// possible.
pub(super) fn text(name: &str, random: &mut Random, most: usize) -> String {
    let key: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let last = key.bytes().next_back();
    // Most endings are no end of the name by their last letter.
    let ends = |endings: &[&str]| {
        endings.iter().any(|ending| ending.bytes().next_back() == last && key.ends_with(ending))
    };
    let text = if ends(&["firstname", "givenname", "forename"]) {
        one(FIRST, random).to_owned()
    } else if ends(&["lastname", "surname", "familyname"]) {
        one(LAST, random).to_owned()
    } else if ends(&["fullname", "displayname", "customername", "contactname", "author", "owner"]) {
        format!("{} {}", one(FIRST, random), one(LAST, random))
    } else if ends(&["username", "login", "nickname", "handle"]) {
        format!("{}{}", word(random), random.between(1, 99))
    } else if ends(&["email", "emailaddress", "mail"]) {
        mail(random)
    } else if ends(&["phone", "phonenumber", "mobile", "fax", "tel", "telephone"]) {
        format!("+1555{:07}", random.below(10_000_000))
    } else if ends(&["city", "town"]) {
        one(CITIES, random).to_owned()
    } else if ends(&["countrycode"]) || (ends(&["country"]) && most == 2) {
        one(COUNTRY_CODES, random).to_owned()
    } else if ends(&["country"]) {
        one(COUNTRIES, random).to_owned()
    } else if ends(&["street", "streetaddress", "address", "addressline1", "line1", "address1"]) {
        format!("{} {}", random.between(1, 199), one(STREETS, random))
    } else if ends(&["zip", "zipcode", "postcode", "postalcode"]) {
        format!("{:05}", random.between(1_000, 99_999))
    } else if ends(&["company", "companyname", "organization", "organisation", "vendor", "brand"]) {
        one(COMPANIES, random).to_owned()
    } else if ends(&["jobtitle", "profession", "occupation"]) {
        one(JOBS, random).to_owned()
    } else if ends(&["url", "uri", "href", "link", "website", "homepage"]) {
        format!("https://{}/{}", host(random), word(random))
    } else if ends(&["host", "hostname", "domain"]) {
        host(random)
    } else if ends(&["currency", "currencycode"]) {
        one(CURRENCIES, random).to_owned()
    } else if ends(&["color", "colour"]) {
        one(COLOURS, random).to_owned()
    } else if ends(&["language", "lang", "locale", "languagecode"]) {
        one(LANGUAGES, random).to_owned()
    } else if ends(&["timezone"]) {
        one(ZONES, random).to_owned()
    } else if ends(&["status", "state"]) {
        one(STATES, random).to_owned()
    } else if ends(&[
        "description",
        "comment",
        "message",
        "text",
        "summary",
        "note",
        "notes",
        "body",
    ]) {
        let mut text = sentence(random);
        text.push('.');
        text
    } else if ends(&["createdat", "updatedat", "timestamp", "datetime"]) {
        format!(
            "20{}-0{}-1{}T08:30:00Z",
            random.between(15, 30),
            random.between(1, 9),
            random.below(10)
        )
    } else if key == "id" || name.ends_with("Id") || name.ends_with("_id") {
        format!("{:010x}", random.bits() & 0xFF_FFFF_FFFF)
    } else if ends(&["name", "title", "label", "subject"]) {
        format!("{} {}", word(random), word(random))
    } else {
        word(random).to_owned()
    };
    // Few limits are so low that characters have to be counted.
    if text.len() > most && text.chars().count() > most { word(random).to_owned() } else { text }
}
