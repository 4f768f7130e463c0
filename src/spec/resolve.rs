//! STUB (spec helper): `$ref` inside the document.
