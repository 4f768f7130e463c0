//! Values in paths: the styles simple, label and matrix.

use serde_json::json;

use super::table::blue;
use super::table::check;
use super::table::colors;
use super::table::refuse;
use super::table::rgb;

#[test]
fn a_path_value_in_simple_style_has_commas() {
    check(
        "path",
        "simple",
        vec![
            (false, 's', "blue", blue()),
            (false, 'a', "blue,black,brown", colors()),
            (false, 'o', "R,100,G,200,B,150", rgb()),
            (true, 's', "blue", blue()),
            (true, 'a', "blue,black,brown", colors()),
            (true, 'o', "R=100,G=200,B=150", rgb()),
            // What is encoded is data.
            (false, 's', "b%2Cl%2Fue%20+", json!("b,l/ue +")),
            (false, 'a', "blue%2Cblack,brown", json!(["blue,black", "brown"])),
            (true, 'a', "%3Bblue", json!([";blue"])),
        ],
    );
    refuse(
        "path",
        "simple",
        &[
            (
                false,
                'o',
                "R,100,G",
                "parameter-malformed: the path parameter `color` has a member without a value",
            ),
            (
                true,
                'o',
                "R,100",
                "parameter-malformed: the path parameter `color` has a member without a value",
            ),
            (
                false,
                'i',
                "1,b",
                "parameter-mismatch: the path parameter `color.1` is not an integer",
            ),
        ],
    );
}

#[test]
fn a_path_value_in_label_style_begins_with_a_dot() {
    check(
        "path",
        "label",
        vec![
            (false, 's', ".", json!("")),
            (false, 'a', ".", json!([])),
            (false, 's', ".blue", blue()),
            (false, 'a', ".blue,black,brown", colors()),
            (false, 'o', ".R,100,G,200,B,150", rgb()),
            (true, 's', ".", json!("")),
            (true, 's', ".blue", blue()),
            (true, 's', ".bl.ue", json!("bl.ue")),
            (true, 'a', ".blue.black.brown", colors()),
            (true, 'o', ".R=100.G=200.B=150", rgb()),
            (true, 'a', ".blue%2Eblack.brown", json!(["blue.black", "brown"])),
        ],
    );
    refuse(
        "path",
        "label",
        &[
            (
                false,
                's',
                "blue",
                "parameter-malformed: the path parameter `color` does not begin with `.`",
            ),
            (
                true,
                'a',
                "blue.black",
                "parameter-malformed: the path parameter `color` does not begin with `.`",
            ),
            (
                true,
                'o',
                ".R=100.G",
                "parameter-malformed: the path parameter `color` has a member without a value",
            ),
        ],
    );
}

#[test]
fn a_path_value_in_matrix_style_begins_with_a_semicolon_and_its_name() {
    check(
        "path",
        "matrix",
        vec![
            (false, 's', ";color", json!("")),
            (false, 'a', ";color", json!([])),
            (false, 's', ";color=blue", blue()),
            (false, 'a', ";color=blue,black,brown", colors()),
            (false, 'o', ";color=R,100,G,200,B,150", rgb()),
            (true, 's', ";color", json!("")),
            (true, 'a', ";color", json!([])),
            (true, 's', ";color=blue", blue()),
            (true, 'a', ";color=blue;color=black;color=brown", colors()),
            (true, 'o', ";R=100;G=200;B=150", rgb()),
            (true, 'a', ";c%6Flor=b%3Bl;color=ue", json!(["b;l", "ue"])),
        ],
    );
    refuse(
        "path",
        "matrix",
        &[
            (
                false,
                's',
                "blue",
                "parameter-malformed: the path parameter `color` does not begin with `;`",
            ),
            (
                false,
                's',
                ";colour=blue",
                "parameter-malformed: the path parameter `color` is written under another name than its own",
            ),
            (
                true,
                'a',
                ";color=blue;black",
                "parameter-malformed: the path parameter `color` is written under another name than its own",
            ),
            (
                false,
                's',
                ";color=blue;color=black",
                "parameter-malformed: the path parameter `color` is sent 2 times, though it is no list",
            ),
        ],
    );
}
