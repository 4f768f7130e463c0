//! STUB (spec helper): one file per version, each lowers to the model.
