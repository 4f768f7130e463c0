//! What only people read: nothing that is sent changes by it.

rules! {
    DESCRIPTION_CHANGED = "description-changed", Info, "Something is described in other words.", "What was meant may be another thing.", "`description: The pet` becomes `description: Any pet`";
    EXAMPLE_CHANGED = "example-changed", Info, "Something has another example.", "A mock answers something else.", "`example: 1` becomes `example: 2`";
    INFO_CHANGED = "info-changed", Info, "Title, contact, licence or terms of the API are others.", "Who answers for it, or under which terms, may be another.", "`info.license.name: MIT` becomes `Apache-2.0`";
    TAG_DESCRIPTION_CHANGED = "tag-changed", Info, "A tag is declared, gone, or described in other words.", "Documentation groups operations by tags.", "`tags: [{name: pets, description: …}]` has another description";
    EXTERNAL_DOCS_CHANGED = "external-docs-changed", Info, "Further documentation is found elsewhere.", "Whoever follows the old address may find nothing.", "`externalDocs.url` has another host";
}
