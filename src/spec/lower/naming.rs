//! References and discriminators: what a schema names becomes the key of what is named.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::finding::rule;
use crate::pointer::Pointer;
use crate::spec::lower::Here;
use crate::spec::lower::Lowered;
use crate::spec::lower::Lowering;
use crate::spec::lower::identity::RECURSIVE;
use crate::spec::lower::vocabulary::Form;
use crate::spec::resolve;

impl Lowering<'_> {
    /// A reference, as the key of what it names.
    pub(super) fn reference(&mut self, value: &Value, here: &Here) -> Lowered {
        let reference = value.as_str().ok_or("a reference")?;
        Ok(self.target(reference, here).map(|target| self.key(here, &target)))
    }

    /// A reference that may depend on the way to it, as the key of what it names on this one.
    ///
    /// # Source
    ///
    /// JSON Schema 2020-12 Core, 8.2.3.2: a dynamic reference to a dynamic anchor names the
    /// outermost schema of that name on the way. Draft 2019-09 Core, 8.2.4.2: a recursive one does the
    /// same with resources that have a true `$recursiveAnchor`, as if that were a name.
    pub(super) fn dynamic_reference(&mut self, value: &Value, here: &Here, form: Form) -> Lowered {
        let reference = value.as_str().ok_or("a reference")?;
        let Some(initial) = self.target(reference, here) else { return Ok(None) };
        let lowerer = &self.lowerer;
        if lowerer.scopes.are_full() {
            let title = "depends on the way to it, and there are too many ways to follow each";
            self.report(&rule::NOT_JUDGED, here.place.clone(), title);
            return Ok(None);
        }
        let name = if form == Form::RecursiveReference {
            RECURSIVE
        } else {
            reference.split_once('#').map_or("", |(_, name)| name)
        };
        let is_dynamic = lowerer.identities.is_dynamic(&initial, name);
        let bound = lowerer.scopes.bound(here.scope, name).filter(|_| is_dynamic);
        Ok(Some(self.key(here, &bound.unwrap_or(initial))))
    }

    /// Refers to one more schema.
    pub(super) fn refer_also(
        &mut self,
        lowered: &mut Map<String, Value>,
        key: Value,
        here: &Here,
        inner: &Here,
    ) {
        if !lowered.contains_key("$ref") {
            lowered.insert("$ref".to_owned(), key);
            return;
        }
        let branches = lowered.entry("allOf").or_insert_with(|| json!([]));
        if let Value::Array(branches) = branches {
            let at = here.at.child("allOf").child(branches.len().to_string());
            self.origins.push((at, inner.place.clone()));
            branches.push(json!({"$ref": key}));
        }
    }

    /// Which property tells alternatives apart, and which of its values means which of them.
    ///
    /// # Source
    ///
    /// OpenAPI 3.2.0, *Discriminator Object*: what could be a name of a schema and a reference is
    /// a name.
    pub(super) fn discriminator(&mut self, value: &Value, here: &Here) -> Lowered {
        const WANTED: &str = "an object with a `propertyName`";
        let property = value.get("propertyName").and_then(Value::as_str).ok_or(WANTED)?;
        let mut tags = Map::new();
        for (tag, target) in value.get("mapping").and_then(Value::as_object).into_iter().flatten() {
            let here = here.child("mapping").child(tag);
            let named = target.as_str().and_then(|name| self.named(name, &here));
            named.and_then(|key| tags.insert(tag.clone(), key));
        }
        let mut lowered = json!({"propertyName": property, "tags": tags});
        if let Some(name) = value.get("defaultMapping").and_then(Value::as_str)
            && let Some(key) = self.named(name, &here.child("defaultMapping"))
        {
            lowered["default"] = key;
        }
        Ok(Some(lowered))
    }

    /// The key of the schema that is named, or referred to.
    fn named(&mut self, name: &str, here: &Here) -> Option<Value> {
        let component = self.lowerer.components.child(name);
        let target = match self.tree.has(&component) {
            true => component,
            false => {
                let target = self.target(name, here)?;
                if !self.tree.has(&target) {
                    let title = resolve::nowhere(&target);
                    self.report(&rule::REFERENCE_BROKEN, here.place.clone(), title);
                    return None;
                }
                target
            }
        };
        Some(self.key(here, &target))
    }

    /// The place that a reference names; what it names none by is reported.
    fn target(&mut self, reference: &str, here: &Here) -> Option<Pointer> {
        let target = match self.lowerer.identities.resolve(reference, &here.place) {
            Ok(target) => target,
            Err(reason) => {
                self.report(&rule::REFERENCE_BROKEN, here.place.clone(), reason);
                return None;
            }
        };
        if self.tree.has(&target) {
            return Some(target);
        }
        // Written as if there were no `$id` around it: plain enough to be understood.
        match resolve::local(reference).ok().filter(|local| *local != target) {
            Some(local) if self.tree.has(&local) => {
                let title = "is resolved against the `$id` around it, where it leads nowhere";
                self.report(&rule::DOCUMENT_MALFORMED, here.place.clone(), title);
                Some(local)
            }
            _ => Some(target),
        }
    }

    fn key(&mut self, here: &Here, target: &Pointer) -> Value {
        let lowerer = self.lowerer;
        json!(lowerer.scopes.key(here.scope, target, &lowerer.identities))
    }
}
