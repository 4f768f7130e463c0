//! What is said and answered in a call, read when somebody first asks for it.

use std::sync::Arc;
use std::sync::OnceLock;

use serde_json::Value;

use crate::pointer::Pointer;
use crate::spec::model::Call;
use crate::spec::model::Operation;
use crate::spec::read::Library;
use crate::spec::read::PathItem;
use crate::spec::read::parameters;
use crate::spec::read::paths;
use crate::spec::tree::Node;

/// A call that is read at its first use.
#[derive(Clone, Debug)]
pub(in crate::spec) struct Later {
    call: OnceLock<Call>,
    /// What it is read from, where it was not read at once.
    library: Option<Arc<Library>>,
    /// Where the path item stands, where that is not among the paths.
    item: Option<Pointer>,
}

impl Later {
    /// A call that was read.
    pub(in crate::spec) fn read(call: Call) -> Self {
        Self { call: OnceLock::from(call), library: None, item: None }
    }

    pub(super) const fn unread(library: Arc<Library>, item: Option<Pointer>) -> Self {
        Self { call: OnceLock::new(), library: Some(library), item }
    }

    /// A call that was read, to add to it.
    pub(in crate::spec) fn get_mut(&mut self) -> Option<&mut Call> {
        self.call.get_mut()
    }

    /// The call of an operation.
    pub(in crate::spec) fn get(&self, of: &Operation) -> &Call {
        self.call.get_or_init(|| match &self.library {
            Some(library) => read(library, of, self.item.as_ref()),
            None => Call::default(),
        })
    }
}

fn read(library: &Library, operation: &Operation, item: Option<&Pointer>) -> Call {
    let at = &operation.pointer;
    let among_paths = || Pointer::new("/paths").child(&operation.template);
    let item = item.cloned().unwrap_or_else(among_paths);
    library.read(|reader| {
        // What is wrong with the way to it was told when the operation was found.
        let layers = reader.quietly(|reader| reader.layers(item, paths::shared));
        let item = PathItem { layers };
        let value = reader.resolver.part(at, Node::to_value).unwrap_or(&Value::Null);
        let mut call = (library.grammar.call)(reader, &item, (value, at.clone()));
        parameters::move_into_query(&mut call.parameters, &operation.template);
        let (security, security_pointer) = reader.security(value, at);
        Call { security, security_pointer, ..call }
    })
}
