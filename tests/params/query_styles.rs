//! Values in queries: the styles form, spaceDelimited, pipeDelimited and deepObject.

use serde_json::json;

use super::one::color;
use super::one::read;
use super::table::blue;
use super::table::check;
use super::table::colors;
use super::table::refuse;
use super::table::rgb;
use super::table::schema;

#[test]
fn a_query_in_form_style_has_pairs() {
    check(
        "query",
        "form",
        vec![
            (false, 's', "color=", json!("")),
            (false, 'a', "color=", json!([])),
            (false, 'n', "color=", json!(null)),
            (false, 's', "color=blue", blue()),
            (false, 'a', "color=blue,black,brown", colors()),
            (false, 'o', "color=R,100,G,200,B,150", rgb()),
            (true, 's', "color=", json!("")),
            (true, 'a', "color=", json!([])),
            (true, 'a', "color", json!([])),
            (true, 's', "color=blue", blue()),
            (true, 'a', "color=blue&color=black&color=brown", colors()),
            (true, 'o', "R=100&G=200&B=150", rgb()),
            (true, 'o', "R=100&G=200&B=150&other=1", rgb()),
            (false, 's', "", json!(null)),
            (true, 's', "color=b+l%2Bue", json!("b l+ue")),
            // Reserved characters mean the same, encoded or not (`allowReserved`).
            (true, 's', "color=a/b?c:d@e!$'()*;f", json!("a/b?c:d@e!$'()*;f")),
            (
                true,
                's',
                "color=a%2Fb%3Fc%3Ad%40e%21%24%27%28%29%2A%3Bf",
                json!("a/b?c:d@e!$'()*;f"),
            ),
        ],
    );
}

#[test]
fn a_query_in_space_delimited_style_has_spaces() {
    check(
        "query",
        "spaceDelimited",
        vec![
            (false, 'a', "color=blue%20black%20brown", colors()),
            (false, 'a', "color=blue+black+brown", colors()),
            (false, 'a', "color=", json!([])),
            (false, 'o', "color=R%20100%20G%20200%20B%20150", rgb()),
            (false, 'a', "color=blue%2Cblack", json!(["blue,black"])),
            // *n/a*: "The behavior of combinations marked n/a is undefined". Read as a form.
            (true, 'a', "color=blue&color=black&color=brown", colors()),
            (true, 'o', "R=100&G=200&B=150", rgb()),
            (false, 's', "color=blue%20black", json!("blue black")),
        ],
    );
    let unpaired = "parameter-malformed: the query parameter `color` has a member without a value";
    refuse("query", "spaceDelimited", &[(false, 'o', "color=R%20100%20G", unpaired)]);
}

#[test]
fn a_query_in_pipe_delimited_style_has_pipes() {
    check(
        "query",
        "pipeDelimited",
        vec![
            (false, 'a', "color=blue%7Cblack%7Cbrown", colors()),
            (false, 'a', "color=blue%7cblack%7cbrown", colors()),
            (false, 'a', "color=blue|black|brown", colors()),
            (false, 'a', "color=blue%7Cblack|brown", json!(["blue|black", "brown"])),
            (false, 'a', "color=", json!([])),
            (false, 'o', "color=R%7C100%7CG%7C200%7CB%7C150", rgb()),
            (false, 'o', "color=R|100|G|200|B|150", rgb()),
            (true, 'a', "color=blue&color=black&color=brown", colors()),
        ],
    );
}

#[test]
fn a_query_in_deep_object_style_has_brackets() {
    check(
        "query",
        "deepObject",
        vec![
            (true, 'o', "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150", rgb()),
            (true, 'o', "color[R]=100&color[G]=200&color[B]=150", rgb()),
            (false, 'o', "color[R]=100&color[G]=200&color[B]=150", rgb()),
            (true, 'o', "other[R]=100&colors[R]=1", json!(null)),
            (true, 'o', "color[X]=a+b", json!({"X": "a b"})),
        ],
    );
    refuse(
        "query",
        "deepObject",
        &[
            (
                true,
                'o',
                "color[R]=red",
                "parameter-mismatch: the query parameter `color.R` is not an integer",
            ),
            (
                true,
                'o',
                "color=red",
                "parameter-mismatch: the query parameter `color` is not an object",
            ),
            (
                true,
                'o',
                "color[R=1",
                "parameter-malformed: the query parameter `color` has brackets that do not pair up",
            ),
            (
                true,
                'o',
                "color[R]x=1",
                "parameter-malformed: the query parameter `color` has brackets that do not pair up",
            ),
            (
                true,
                'o',
                "color[X]=1&color[X][Y]=1",
                "parameter-malformed: the query parameter `color` gives `X` a value and members at once",
            ),
        ],
    );
    let deep = format!("/c?color{}=1", "[a]".repeat(17));
    let got = read("3.0.4", &color("query", "deepObject", true, &schema('o')), &deep, &[]);
    let expected =
        "parameter-malformed: the query parameter `color` has more than 16 pairs of brackets";
    assert_eq!(got, Err(expected.to_owned()));
}

#[test]
fn lists_and_objects_inside_a_deep_object_are_read_as_clients_send_them() {
    let schema = json!({"type": "object", "properties": {
        "list": {"type": "array", "items": {"type": "integer"}},
        "lists": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
        "things": {"type": "array", "items": {
            "type": "object", "properties": {"on": {"type": "boolean"}},
        }},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
        "deep": {"type": "object", "properties": {"list": {"type": "array", "items": {}}}},
    }});
    let table = [
        ("f[list][0]=1&f[list][1]=2", json!({"list": [1, 2]})),
        ("f[list][]=1&f[list][]=2", json!({"list": [1, 2]})),
        ("f[list]=1&f[list]=2", json!({"list": [1, 2]})),
        ("f[list][]=1", json!({"list": [1]})),
        ("f[list][10]=3&f[list][2]=1", json!({"list": [1, 3]})),
        ("f[list][9999999999999999999999]=3", json!({"list": [3]})),
        ("f[lists][0][0]=1&f[lists][0][1]=2&f[lists][1][0]=3", json!({"lists": [[1, 2], [3]]})),
        (
            "f[things][0][on]=true&f[things][1][on]=false",
            json!({"things": [{"on": true}, {"on": false}]}),
        ),
        ("f[map][0]=1&f[map][b]=2", json!({"map": {"0": 1, "b": 2}})),
        ("f[deep][list][]=a&f[more]=1", json!({"deep": {"list": ["a"]}, "more": "1"})),
        ("f[more][a][b]=1&f[more][a][b]=2", json!({"more": {"a": {"b": ["1", "2"]}}})),
    ];
    let parameter = json!({"name": "f", "in": "query", "style": "deepObject", "schema": schema});
    for (query, expected) in table {
        let got = read("3.0.4", &parameter, &format!("/c?{query}"), &[]);
        assert_eq!(got, Ok(expected), "{query}");
    }
    let wrong = [
        ("f[list]=1", "`f.list` is not an array"),
        ("f[list][a]=1", "`f.list` is not an array"),
        ("f[list][0]=a", "`f.list.0` is not an integer"),
        ("f[map][b]=a", "`f.map.b` is not an integer"),
    ];
    for (query, expected) in wrong {
        let got = read("3.0.4", &parameter, &format!("/c?{query}"), &[]);
        assert_eq!(
            got,
            Err(format!("parameter-mismatch: the query parameter {expected}")),
            "{query}"
        );
    }
}
