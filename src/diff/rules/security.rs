//! Security: alternatives that a call may choose from, their scopes, and the schemes themselves.
//!
//! A further alternative harms nobody, unless there was none: then a call without credentials was
//! as good as any.

rules! {
    ADDED = "api-security-added", Info, "An operation takes further credentials, or takes calls without credentials no more.", "Where none were demanded, calls as they are today are answered 401.", "`security: [{key: []}]` is added";
    REMOVED = "api-security-removed", Info, "An operation takes credentials no more.", "Where others are demanded instead, calls as they are today are answered 401.", "`security: [{key: []}, {oauth: []}]` becomes `security: [{oauth: []}]`";
    SCOPE_ADDED = "api-security-scope-added", Info, "An operation demands a further scope.", "Tokens without it are answered 403.", "`oauth: [read]` becomes `oauth: [read, write]`";
    SCOPE_REMOVED = "api-security-scope-removed", Info, "An operation demands a scope no more.", "Calls as they are today stay as good as they were.", "`oauth: [read, write]` becomes `oauth: [read]`";
    GLOBAL_ADDED = "api-global-security-added", Info, "All operations without security of their own take further credentials, or take calls without credentials no more.", "Where none were demanded, calls as they are today are answered 401.", "`security: [{key: []}]` is added at the root";
    GLOBAL_REMOVED = "api-global-security-removed", Info, "All operations without security of their own take credentials no more.", "Where others are demanded instead, calls as they are today are answered 401.", "`security` is taken out at the root";
    GLOBAL_SCOPE_ADDED = "api-global-security-scope-added", Info, "All operations without security of their own demand a further scope.", "Tokens without it are answered 403.", "`oauth: [read]` becomes `oauth: [read, write]` at the root";
    GLOBAL_SCOPE_REMOVED = "api-global-security-scope-removed", Info, "All operations without security of their own demand a scope no more.", "Calls as they are today stay as good as they were.", "`oauth: [read, write]` becomes `oauth: [read]` at the root";
    COMPONENT_ADDED = "api-security-component-added", Info, "A security scheme is declared.", "Nothing demands it by that alone.", "`components/securitySchemes/key` is added";
    COMPONENT_REMOVED = "api-security-component-removed", Info, "A security scheme is declared no more.", "What demands it says so itself.", "`components/securitySchemes/key` is taken out";
    COMPONENT_TYPE_CHANGED = "api-security-component-type-changed", Info, "Credentials of a security scheme travel in another way.", "Where it is demanded, credentials as they are sent today are not seen.", "`type: apiKey` becomes `type: http`";
    COMPONENT_URL_CHANGED = "api-security-component-oauth-url-changed", Info, "Users give their consent at another address.", "Whoever wrote the old one into a client sends users nowhere.", "`authorizationUrl` has another host";
    COMPONENT_TOKEN_URL_CHANGED = "api-security-component-oauth-token-url-changed", Info, "Tokens are given out at another address.", "Whoever wrote the old one into a client gets no token.", "`tokenUrl` has another host";
    COMPONENT_REFRESH_URL_CHANGED = "api-security-component-oauth-refresh-url-changed", Info, "Tokens are refreshed at another address.", "Whoever wrote the old one into a client gets no token.", "`refreshUrl` has another host";
    COMPONENT_DEVICE_URL_CHANGED = "api-security-component-oauth-device-url-changed", Info, "Devices are authorised at another address.", "Whoever wrote the old one into a client gets no token.", "`deviceAuthorizationUrl` has another host";
    COMPONENT_DEPRECATED = "api-security-component-deprecated", Info, "A security scheme is deprecated now.", "It will go.", "`deprecated: true` is added to a scheme";
    COMPONENT_REACTIVATED = "api-security-component-reactivated", Info, "A security scheme is deprecated no more.", "It stays.", "`deprecated: true` is taken out of a scheme";
    COMPONENT_FLOW_ADDED = "api-security-component-oauth-flow-added", Info, "Tokens can be had in a further way.", "Clients as they are stay as good as they were.", "`flows: {clientCredentials: …}` is added";
    COMPONENT_FLOW_REMOVED = "api-security-component-oauth-flow-removed", Error, "Tokens can be had in a way no more.", "Clients that go that way get no token.", "`flows: {implicit: …}` is taken out";
    COMPONENT_DISCOVERY_CHANGED = "api-security-component-open-id-url-changed", Info, "The provider of identities describes itself at another address.", "Whoever wrote the old one into a client finds nothing.", "`openIdConnectUrl` has another host";
    COMPONENT_SCOPE_ADDED = "api-security-component-oauth-scope-added", Info, "A scope is declared.", "Nothing demands it by that alone.", "`scopes: {write: …}` is added";
    COMPONENT_SCOPE_REMOVED = "api-security-component-oauth-scope-removed", Info, "A scope is declared no more.", "Clients that ask for it may be refused.", "`scopes: {write: …}` is taken out";
    COMPONENT_SCOPE_CHANGED = "api-security-component-oauth-scope-changed", Info, "A scope is described in other words.", "Users read other words when they give their consent.", "`read: reads pets` becomes `read: reads all`";
}
