//! Servers to base paths: only the path of a server's address counts for a mock.

use serde_json::Value;

use crate::json::plain;
use crate::spec::read::items;
use crate::spec::read::members;
use crate::spec::read::text;

/// Most base paths of one server; of more, variables keep their defaults.
const MOST: usize = 64;

/// The base paths of the servers in force, without trailing slash and without duplicates; the
/// empty text where no server is declared or a server has no path.
///
/// A variable of the path has every value that its `enum` lists, the default first.
///
/// # Source
///
/// OpenAPI 3.0.4 and 3.1.1, *Server Object*, *Server Variable Object*.
pub(super) fn base_paths(servers: Option<&Value>) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for (_, server) in items(servers) {
        for address in addresses(server) {
            let path = base_path(&address);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    if paths.is_empty() {
        paths.push(String::new());
    }
    paths
}

/// The addresses of a server whose paths may differ, the one of all defaults first.
fn addresses(server: &Value) -> Vec<String> {
    let mut addresses = vec![text(server, "url").unwrap_or("/").to_owned()];
    for (name, variable) in members(server.get("variables")) {
        let name = format!("{{{name}}}");
        let default = variable.get("default").map_or_else(String::new, plain);
        let mut values = vec![default];
        // The values of a host's variables change no path.
        if addresses[0][path_start(&addresses[0])..].contains(&name) {
            for (_, value) in items(variable.get("enum")) {
                let value = plain(value);
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        let is_too_much = addresses.len() * values.len() > MOST;
        let values = &values[..if is_too_much { 1 } else { values.len() }];
        addresses = addresses
            .iter()
            .flat_map(|address| values.iter().map(|value| address.replace(&name, value)))
            .collect();
    }
    addresses
}

/// Where the path of an address begins that may have variables: at its first byte, where a
/// variable may stand for the host as well.
fn path_start(address: &str) -> usize {
    let host = match address.find("//") {
        Some(slashes) if !address[..slashes].contains('{') => slashes + 2,
        Some(_) | None => return 0,
    };
    address[host..].find('/').map_or(address.len(), |slash| host + slash)
}

/// The path of a server's address, without trailing slash.
pub(in crate::spec) fn base_path(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
        None => match address.strip_prefix("//") {
            Some(rest) => rest.find('/').map_or("", |start| &rest[start..]),
            None => address.trim_start_matches('.'),
        },
    };
    let path = path.trim_matches('/');
    if path.is_empty() { String::new() } else { format!("/{path}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{base_path, base_paths};

    #[test]
    fn a_variable_of_the_path_has_all_its_values_and_the_default_first() {
        let version = json!({"default": "v2", "enum": ["v1", "v2", 3]});
        let region = json!({"default": "eu", "enum": ["eu", "us"]});
        let table = [
            (json!([]), vec![""]),
            (
                json!([{"url": "https://a.b/{v}", "variables": {"v": version}}]),
                vec!["/v2", "/v1", "/3"],
            ),
            (json!([{"url": "https://{r}.b/x", "variables": {"r": region}}]), vec!["/x"]),
            (
                json!([{"url": "https://{r}.b/{r}/{v}", "variables": {"r": region, "v": version}}]),
                vec!["/eu/v2", "/eu/v1", "/eu/3", "/us/v2", "/us/v1", "/us/3"],
            ),
            (
                json!([{"url": "{base}/api", "variables": {"base": {"default": "https://a.b", "enum": ["/c"]}}}]),
                vec!["/api", "/c/api"],
            ),
            (
                json!([{"url": "/{v}", "variables": {"v": {"default": 1}}}, {"url": "/1/"}]),
                vec!["/1"],
            ),
        ];
        for (servers, expected) in table {
            assert_eq!(base_paths(Some(&servers)), expected, "{servers}");
        }
        let many: Vec<u32> = (0..1_000).collect();
        let server = json!([{"url": "/{v}", "variables": {"v": {"default": 7, "enum": many}}}]);
        assert_eq!(base_paths(Some(&server)), ["/7"]);
    }

    #[test]
    fn only_the_path_of_an_address_counts() {
        let table = [
            ("https://api.clerk.com/v1", "/v1"),
            ("https://api.example.com/cis/", "/cis"),
            ("https://api.example.com", ""),
            ("https://api.example.com/", ""),
            ("//api.example.com/v2", "/v2"),
            ("/", ""),
            ("/v1/", "/v1"),
            ("v1", "/v1"),
            ("./v1", "/v1"),
            ("https://api.example.com/v1?x=1", "/v1"),
        ];
        for (address, path) in table {
            assert_eq!(base_path(address), path, "{address}");
        }
    }
}
