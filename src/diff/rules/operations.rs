//! Operations: there or gone, and what they are called. No value decides these.

rules! {
    ENDPOINT_ADDED = "endpoint-added", Info, "An operation is new.", "Nobody calls it yet.", "a path, or a method of a path, is added";
    API_REMOVED = "api-removed-without-deprecation", Error, "An operation is gone that was not deprecated.", "Whoever calls it is answered 404 or 405.", "`delete` of `/pets/{id}` is taken out";
    API_PATH_REMOVED = "api-path-removed-without-deprecation", Error, "A whole path is gone whose operation was not deprecated.", "Whoever calls it is answered 404.", "`/pets` is taken out";
    API_REMOVED_DEPRECATED = "api-removed-with-deprecation", Info, "An operation is gone that was deprecated, and whose time is over.", "Its end was announced.", "an operation with `deprecated: true` and a past `x-sunset` is taken out";
    API_PATH_REMOVED_DEPRECATED = "api-path-removed-with-deprecation", Info, "A whole path is gone whose operation was deprecated, and whose time is over.", "Its end was announced.", "a path of deprecated operations is taken out";
    API_REMOVED_BEFORE_SUNSET = "api-removed-before-sunset", Error, "A deprecated operation is gone before the day that was announced.", "Whoever relied on the announced day is too late.", "an operation with `x-sunset: 2099-01-01` is taken out";
    API_PATH_REMOVED_BEFORE_SUNSET = "api-path-removed-before-sunset", Error, "A whole path is gone before the day that was announced for its operation.", "Whoever relied on the announced day is too late.", "a path with `x-sunset: 2099-01-01` is taken out";
    API_PATH_SUNSET_PARSE = "api-path-sunset-parse", Error, "A deprecated operation is gone, or says otherwise until when it stays, and that day can not be read.", "Nobody can tell whether its time was over.", "an operation with `x-sunset: soon` is taken out";
    API_REMOVED_UNSTABLE = "api-removed-unstable", Info, "An operation is gone that was a draft or an alpha.", "It was never promised to stay.", "an operation with `x-stability-level: alpha` is taken out";
    API_OPERATION_ID_REMOVED = "api-operation-id-removed", Info, "An operation has another `operationId`, or none any more.", "Generated clients name their functions after it.", "`operationId: getPet` becomes `operationId: fetchPet`";
    API_OPERATION_ID_ADDED = "api-operation-id-added", Info, "An operation has an `operationId` that had none.", "Generated clients name their functions after it.", "`operationId: getPet` is added";
    API_TAG_ADDED = "api-tag-added", Info, "An operation has a new tag.", "Generated clients group operations by tags.", "`tags: [pets]` becomes `tags: [pets, admin]`";
    API_TAG_REMOVED = "api-tag-removed", Info, "An operation lost a tag.", "Generated clients group operations by tags.", "`tags: [pets, admin]` becomes `tags: [pets]`";
    WEBHOOK_ADDED = "webhook-added", Info, "A webhook is new.", "Nobody waits for it yet.", "`webhooks/orderCreated` is added";
    WEBHOOK_REMOVED = "webhook-removed", Error, "A webhook is gone.", "Whoever waits for its calls waits forever.", "`webhooks/orderCreated` is taken out";
    CALLBACK_ADDED = "callback-added", Info, "An operation calls back where it did not.", "Nobody waits for it yet.", "`callbacks/onData` is added";
    CALLBACK_REMOVED = "callback-removed", Error, "An operation calls back no more.", "Whoever waits for the call waits forever.", "`callbacks/onData` is taken out";
    CALLED_METHOD_ADDED = "callback-method-added", Error, "A webhook or callback is called by a further method.", "The receiver has no case for it.", "a callback's path item gets `put` beside `post`";
    CALLED_METHOD_REMOVED = "callback-method-removed", Error, "A webhook or callback is called by a method no more.", "Whoever waits for that call waits forever.", "a callback's path item has `put` where it had `post`";
    SCHEMA_REMOVED = "api-schema-removed", Info, "A named schema is gone; nothing that is sent changes by that.", "Generated clients name their types after it.", "`components/schemas/Pet` is taken out, or renamed";
    EXTENSION_CHANGED = "extension-changed", Warning, "An extension that is watched has another value.", "The project said that this one matters.", "`x-rate-limit: 10` becomes `x-rate-limit: 5`, with `--extension x-rate-limit`";
    API_VERSION_CHANGED = "api-version-changed", Info, "The description has another `info.version`.", "Whoever pins a version sees another.", "`version: 1.0.0` becomes `version: 1.1.0`";
}
