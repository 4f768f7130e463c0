//! Values in cookies and header fields, and names everywhere.

use serde_json::json;

use super::one::color;
use super::one::read;
use super::table::blue;
use super::table::check;
use super::table::colors;
use super::table::rgb;
use super::table::schema;

#[test]
fn a_cookie_in_form_style_is_encoded_and_may_be_quoted() {
    check(
        "cookie",
        "form",
        vec![
            (false, 's', "a=1; color=blue", blue()),
            (false, 's', "color=b%20lue", json!("b lue")),
            (false, 's', "color=b+lue", json!("b+lue")),
            (false, 's', "color=\"blue\"", blue()),
            (false, 's', "c%6Flor=blue", blue()),
            (false, 'a', "color=blue,black,brown", colors()),
            (false, 'a', "color=\"blue,black,brown\"", colors()),
            (false, 'a', "color=blue%2Cblack", json!(["blue,black"])),
            (false, 'o', "color=R,100,G,200,B,150", rgb()),
            // RFC 6570 has `&` between the pairs, which makes one cookie of them.
            (true, 'a', "color=blue&color=black&color=brown", colors()),
            (true, 'o', "R=100&G=200&B=150", rgb()),
            (true, 'a', "color=blue; color=black; color=brown", colors()),
            (true, 'o', "R=100; G=200; B=150", rgb()),
        ],
    );
}

#[test]
fn a_cookie_in_cookie_style_is_not_encoded() {
    let table = [
        (true, 's', "color=blue", blue()),
        (true, 's', "color=", json!("")),
        (false, 's', "color=b%20lue", json!("b%20lue")),
        (true, 'a', "color=blue; color=black; color=brown", colors()),
        (true, 'o', "R=100; G=200; B=150; other=1", rgb()),
        (false, 'a', "color=blue,black", json!(["blue", "black"])),
    ];
    for (explode, kind, cookies, expected) in table {
        let parameter = color("cookie", "cookie", explode, &schema(kind));
        let got = read("3.2.0", &parameter, "/c", &[("cookie", cookies)]);
        assert_eq!(got, Ok(expected), "{explode} {kind} {cookies}");
    }
    let parameter =
        json!({"name": "color", "in": "cookie", "style": "cookie", "schema": schema('a')});
    let got = read("3.2.0", &parameter, "/c", &[("cookie", "color=blue; color=black")]);
    assert_eq!(got, Ok(json!(["blue", "black"])), "exploded is the default");
}

#[test]
fn a_header_field_in_simple_style_has_commas_and_is_not_encoded() {
    let table = [
        (false, 's', &["blue"][..], blue()),
        (false, 's', &["b%20lue, black"], json!("b%20lue, black")),
        (false, 'a', &["blue,black, brown"], colors()),
        (true, 'a', &["blue,black,brown"], colors()),
        (false, 'a', &["blue", "black,brown"], colors()),
        (false, 'o', &["R,100,G,200,B,150"], rgb()),
        (true, 'o', &["R=100,G=200,B=150"], rgb()),
    ];
    for (explode, kind, fields, expected) in table {
        let parameter = color("header", "simple", explode, &schema(kind));
        let headers: Vec<_> = fields.iter().map(|text| ("Color", *text)).collect();
        assert_eq!(read("3.0.4", &parameter, "/c", &headers), Ok(expected), "{explode} {fields:?}");
    }
}

#[test]
fn names_are_compared_decoded() {
    let table = [
        ("filter[name]", "/c?filter%5Bname%5D=a"),
        ("filter[name]", "/c?filter[name]=a"),
        ("ids[]", "/c?ids%5b%5d=a"),
        ("user.name", "/c?user.name=a"),
        ("user name", "/c?user+name=a"),
        ("user name", "/c?user%20name=a"),
        ("größe", "/c?gr%C3%B6%C3%9Fe=a"),
        ("$top", "/c?%24top=a"),
    ];
    for (name, target) in table {
        let parameter = json!({"name": name, "in": "query", "schema": {"type": "string"}});
        assert_eq!(read("3.0.4", &parameter, target, &[]), Ok(json!("a")), "{name} {target}");
    }
}
