//! Answers: statuses, media types, header fields and links.

rules! {
    SUCCESS_ADDED = "response-success-status-added", Info, "An operation has a further status of success.", "Clients that know only the others may not expect it.", "`202` is added to the responses";
    SUCCESS_REMOVED = "response-success-status-removed", Error, "An operation has a status of success no more.", "Clients that wait for it never see it.", "`200` is taken out of the responses";
    OTHER_ADDED = "response-non-success-status-added", Info, "An operation has a further status that is no success.", "Clients treat what they do not know by its class.", "`409` is added to the responses";
    OTHER_REMOVED = "response-non-success-status-removed", Info, "An operation has a status no more that is no success.", "Clients wait for it in vain.", "`409` is taken out of the responses";
    MEDIA_TYPE_ADDED = "response-media-type-added", Info, "A response comes in a further media type.", "Clients ask for what they can read.", "`application/xml` is added to the content";
    MEDIA_TYPE_REMOVED = "response-media-type-removed", Error, "A response comes in a media type no more.", "Clients that can read no other get nothing.", "`application/xml` is taken out of the content";
    MEDIA_TYPE_CHANGED = "response-media-type-name-changed", Info, "A response's media type is written in another way.", "Clients that compare texts see another.", "`application/json` becomes `application/json;q=1`";
    MEDIA_TYPE_GENERALIZED = "response-media-type-name-generalized", Error, "A response comes in a more general media type.", "Clients may get what they can not read.", "`application/problem+json` becomes `application/json`";
    MEDIA_TYPE_SPECIALIZED = "response-media-type-name-specialized", Info, "A response comes in a more special media type.", "Clients that read the general one read it.", "`application/json` becomes `application/problem+json`";
    ITEM_SCHEMA_ADDED = "response-body-media-type-item-schema-added", Info, "The items of a sequence have a schema.", "More is promised than was.", "`itemSchema` is added to a media type";
    ITEM_SCHEMA_REMOVED = "response-body-media-type-item-schema-removed", Warning, "The items of a sequence have no schema any more.", "Clients get what they do not know.", "`itemSchema` is taken out of a media type";
    ENCODING_CHANGED = "response-body-encoding-changed", Error, "A part of a response is written in another way.", "Clients read something else than was meant, or nothing.", "`encoding: {tags: {contentType: text/csv}}` is added";
    HEADER_ADDED = "response-header-added", Info, "A response has a further header field.", "Clients do not heed what they do not know.", "`headers: {X-Next: …}` is added";
    REQUIRED_HEADER_REMOVED = "required-response-header-removed", Error, "A header field is gone that every response had.", "Clients that rely on it fail.", "`X-Next` with `required: true` is taken out";
    OPTIONAL_HEADER_REMOVED = "optional-response-header-removed", Warning, "A header field is gone that a response could have.", "Clients that read it find nothing.", "`X-Next` is taken out";
    HEADER_BECAME_OPTIONAL = "response-header-became-optional", Error, "A response may lack a header field that every one had.", "Clients that rely on it fail.", "`required: true` is taken out of a header";
    HEADER_BECAME_REQUIRED = "response-header-became-required", Info, "Every response has a header field that it could lack.", "More is promised than was.", "`required: true` is added to a header";
    HEADER_STYLE_CHANGED = "response-header-style-changed", Error, "A header field is written in another way.", "Clients read something else than was meant, or nothing.", "`explode: true` is added to a header";
    HEADER_DEPRECATED = "response-header-deprecated", Info, "A header field is deprecated now.", "It will go.", "`deprecated: true` is added to a header";
    HEADER_REACTIVATED = "response-header-reactivated", Info, "A header field is deprecated no more.", "It stays.", "`deprecated: true` is taken out of a header";
    LINK_ADDED = "response-link-added", Info, "A response has a further link.", "Nobody follows it yet.", "`links: {next: …}` is added";
    LINK_REMOVED = "response-link-removed", Warning, "A response has a link no more.", "Whoever follows it finds nothing.", "`links: {next: …}` is taken out";
    LINK_CHANGED = "response-link-changed", Warning, "A link of a response leads elsewhere, or takes other values there.", "Whoever follows it arrives elsewhere.", "`operationId: getNext` of a link becomes `operationId: getLast`";
}
