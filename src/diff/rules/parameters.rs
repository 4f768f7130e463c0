//! Parameters: there or gone, demanded or not, and how they are written.

rules! {
    NEW_REQUIRED = "new-required-request-parameter", Error, "A parameter is new, and every call must have it.", "Calls as they are today are refused.", "`in: query, name: tenant, required: true` is added";
    NEW_OPTIONAL = "new-optional-request-parameter", Info, "A parameter is new that a call may leave out.", "Calls as they are today stay as good as they were.", "`in: query, name: page` is added";
    NEW_PATH = "new-request-path-parameter", Error, "A path has a parameter that it had not.", "Calls as they are today lead elsewhere.", "`in: path, name: project` is added";
    REMOVED = "request-parameter-removed", Warning, "A parameter is gone.", "It is no longer heeded; some servers refuse what they do not know.", "`in: query, name: limit` is taken out";
    REMOVED_BEFORE_SUNSET = "request-parameter-removed-before-sunset", Error, "A deprecated parameter is gone before the day that was announced.", "Whoever relied on the announced day is too late.", "a parameter with `x-sunset: 2099-01-01` is taken out";
    REMOVED_DEPRECATED = "request-parameter-removed-with-deprecation", Info, "A parameter is gone that was deprecated, and whose time is over.", "Its end was announced.", "a parameter with `deprecated: true` is taken out";
    BECAME_REQUIRED = "request-parameter-became-required", Error, "A parameter must be sent that could be left out.", "Calls without it are refused.", "`required: true` is added";
    BECAME_OPTIONAL = "request-parameter-became-optional", Info, "A parameter can be left out that had to be sent.", "Calls as they are today stay as good as they were.", "`required: true` is taken out";
    STYLE_CHANGED = "request-parameter-style-changed", Error, "A parameter is written in another way.", "The server reads something else than was meant, or nothing.", "`explode: true` becomes `explode: false`";
    CONTENT_CHANGED = "request-parameter-media-type-changed", Error, "A parameter's text has another media type.", "The server can not read what clients write.", "`content: {application/json: …}` becomes `schema: …`";
    EMPTY_FORBIDDEN = "request-parameter-became-not-empty", Error, "A parameter may no longer be empty.", "Calls with `?flag=` are refused.", "`allowEmptyValue: true` is taken out";
    EMPTY_ALLOWED = "request-parameter-became-empty", Info, "A parameter may be empty.", "Calls as they are today stay as good as they were.", "`allowEmptyValue: true` is added";
    RESERVED_FORBIDDEN = "request-parameter-reserved-forbidden", Warning, "Reserved characters of a parameter must be percent-encoded now.", "A server may read unencoded ones as something else.", "`allowReserved: true` is taken out";
    RESERVED_ALLOWED = "request-parameter-reserved-allowed", Info, "Reserved characters of a parameter may stand as they are.", "Calls as they are today stay as good as they were.", "`allowReserved: true` is added";
}
