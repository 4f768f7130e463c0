//! Servers: where an API is found. No value decides these.

rules! {
    ADDED = "server-added", Info, "The API is found at a further address.", "Nobody calls it there yet.", "`servers: [{url: https://eu.example.com}]` is added";
    REMOVED = "server-removed", Warning, "The API is found at an address no more, but still at others.", "Whoever calls it there gets no answer.", "one of two `servers` is taken out";
    MOVED = "server-moved", Warning, "The API is described at none of its addresses any more.", "Whoever calls it there may get no answer; the description can not tell whether the old address goes on.", "`url: https://api.example.com/v1` becomes `/v2`";
    VARIABLE_DEFAULT_CHANGED = "server-variable-default-changed", Warning, "A part of the API's address has another value unless one is chosen.", "Whoever chose none calls elsewhere.", "`default: eu` of a server's variable becomes `default: us`";
}
