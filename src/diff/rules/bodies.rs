//! Content of requests: there or gone, demanded or not, its media types and how they are written.

rules! {
    ADDED_REQUIRED = "request-body-added-required", Error, "Every call must have content where there was none.", "Calls as they are today are refused.", "`requestBody: {required: true, …}` is added";
    ADDED_OPTIONAL = "request-body-added-optional", Info, "A call may have content where there was none.", "Calls as they are today stay as good as they were.", "`requestBody` is added";
    REMOVED = "request-body-removed", Error, "No content is taken any more.", "What clients send is refused, or not heeded.", "`requestBody` is taken out";
    BECAME_REQUIRED = "request-body-became-required", Error, "Content must be sent that could be left out.", "Calls without it are refused.", "`required: true` is added to `requestBody`";
    BECAME_OPTIONAL = "request-body-became-optional", Info, "Content can be left out that had to be sent.", "Calls as they are today stay as good as they were.", "`required: true` is taken out of `requestBody`";
    MEDIA_TYPE_ADDED = "request-body-media-type-added", Info, "Content of a further media type is taken.", "Calls as they are today stay as good as they were.", "`application/xml` is added to the content";
    MEDIA_TYPE_REMOVED = "request-body-media-type-removed", Error, "Content of a media type is taken no more.", "Calls with it are answered 415.", "`application/xml` is taken out of the content";
    MEDIA_TYPE_GENERALIZED = "request-body-media-type-name-generalized", Info, "Content of a more general media type is taken.", "Calls as they are today stay as good as they were.", "`application/json` becomes `application/*`";
    MEDIA_TYPE_SPECIALIZED = "request-body-media-type-name-specialized", Error, "Content of only a more special media type is taken.", "Calls with others are answered 415.", "`application/*` becomes `application/json`";
    ITEM_SCHEMA_ADDED = "request-body-media-type-item-schema-added", Error, "The items of a sequence have a schema.", "What the schema forbids is refused.", "`itemSchema` is added to a media type";
    ITEM_SCHEMA_REMOVED = "request-body-media-type-item-schema-removed", Info, "The items of a sequence have no schema any more.", "Calls as they are today stay as good as they were.", "`itemSchema` is taken out of a media type";
    ENCODING_CHANGED = "request-body-encoding-changed", Error, "A property of a form, or a part, is written in another way.", "The server reads something else than was meant, or nothing.", "`encoding: {tags: {explode: false}}` is added";
}
