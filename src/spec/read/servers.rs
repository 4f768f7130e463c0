//! Servers to base paths: only the path of a server's address counts for a mock.

use serde_json::Value;

use crate::spec::read::items;
use crate::spec::read::members;
use crate::spec::read::text;

/// The base paths of the servers in force, without trailing slash and without duplicates; the
/// empty text where no server is declared or a server has no path.
pub(super) fn base_paths(servers: Option<&Value>) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for (_, server) in items(servers) {
        let mut address = text(server, "url").unwrap_or("/").to_owned();
        for (name, variable) in members(server.get("variables")) {
            let default = match variable.get("default") {
                Some(Value::String(default)) => default.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            };
            address = address.replace(&format!("{{{name}}}"), &default);
        }
        let path = base_path(&address);
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        paths.push(String::new());
    }
    paths
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
    use super::base_path;

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
