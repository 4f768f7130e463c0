//! One value, walked along what the document says of it: which parts show, which names nobody
//! described, what is deprecated.

use crate::drift::parts::PartId;
use crate::drift::shape::Choice;
use crate::drift::shape::Rest;
use crate::drift::shape::Shape;
use crate::drift::shape::ShapeId;
use crate::drift::shape::Shapes;
use crate::json::Kind;
use crate::json::View;
use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::Schemas;

/// How deep values are walked.
const DEPTH: usize = 64;

/// How often alternatives within alternatives are chosen at one place.
const ROUNDS: usize = 8;

/// Something that validation does not tell.
#[derive(Debug)]
pub(crate) struct Note<'v> {
    /// The place in the value, without the name.
    pub(crate) at: Pointer,
    pub(crate) name: &'v str,
    pub(crate) value: View<'v>,
    /// The place in the document.
    pub(crate) place: Pointer,
    pub(crate) is_deprecated: bool,
}

/// A walk through one value.
pub(crate) struct Walk<'w, 'd, 'v> {
    pub(crate) shapes: &'w mut Shapes<'d>,
    pub(crate) schemas: &'d Schemas,
    pub(crate) direction: Direction,
    /// Told of every part that is seen.
    pub(crate) mark: &'w mut dyn FnMut(PartId),
    pub(crate) notes: Vec<Note<'v>>,
    pub(crate) path: Vec<Step<'v>>,
}

/// A step into a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'v> {
    Name(&'v str),
    Index(usize),
}

impl<'v> Walk<'_, '_, 'v> {
    /// Walks through a value of a shape.
    pub(crate) fn value(&mut self, view: View<'v>, shape: ShapeId) {
        if self.path.len() >= DEPTH {
            return;
        }
        let mut shape = self.shapes.get(shape);
        if shape.is_blank {
            return;
        }
        for _ in 0..ROUNDS {
            if shape.choices.is_empty() {
                break;
            }
            let chosen = shape.choices.iter().flat_map(|choice| self.choose(choice, view));
            let chosen: Vec<usize> = chosen.collect();
            let chosen = self.shapes.chosen(&shape, chosen);
            shape = self.shapes.get(chosen);
        }
        match view.kind() {
            Kind::Object(_) => self.object(view, &shape),
            Kind::Array(items) => {
                for (position, item) in items.iter().enumerate() {
                    let Some(inner) = self.shapes.item_of(&shape, position) else { break };
                    self.path.push(Step::Index(position));
                    self.value(item, inner);
                    self.path.pop();
                }
            }
            Kind::Null => {}
            Kind::Text(_) | Kind::Bool(_) | Kind::Number(_) => {
                let known = shape.enums.iter().filter(|(value, _)| is_same(view, value));
                known.for_each(|(_, part)| (self.mark)(*part));
            }
        }
    }

    fn object(&mut self, view: View<'v>, shape: &Shape<'_>) {
        let Some(members) = view.members() else { return };
        let rest = match &shape.rest {
            Rest::Map(nodes) => Some(self.shapes.shape(nodes.clone())),
            Rest::Open | Rest::Closed => None,
        };
        for (name, value) in members.iter() {
            if let Some(named) = shape.named.get(name) {
                named.parts.iter().for_each(|part| (self.mark)(*part));
                if let Some(place) = &named.deprecated {
                    let at = pointer(&self.path);
                    let place = place.clone();
                    self.notes.push(Note { at, name, value, place, is_deprecated: true });
                }
                let inner = self.shapes.property(named);
                self.path.push(Step::Name(name));
                self.value(value, inner);
                self.path.pop();
            } else if let Some(rest) = rest {
                self.path.push(Step::Name(name));
                self.value(value, rest);
                self.path.pop();
            } else if let (Rest::Open, Some(place)) = (&shape.rest, &shape.holder) {
                let at = pointer(&self.path);
                let place = place.clone();
                self.notes.push(Note { at, name, value, place, is_deprecated: false });
            }
        }
    }

    /// The alternatives that a value is of: those that its tag names, or that it fits; all of them
    /// where it fits none.
    fn choose(&self, choice: &Choice<'_>, view: View<'v>) -> Vec<usize> {
        let all = || choice.branches.iter().map(|(_, node)| *node).collect();
        let is_object = matches!(view.kind(), Kind::Object(_) | Kind::Array(_));
        if !is_object {
            // What is shown of a plain value are its enumerations, which tell by themselves.
            return all();
        }
        if let Some((property, tags)) = &choice.tags
            && let Some(tag) = view.get(property).and_then(View::as_str)
            && let Some(branch) = tags.get(tag).and_then(|at| choice.branches.get(*at))
        {
            return vec![branch.1];
        }
        let mut open = choice.branches.iter().filter(|(branch, _)| !is_scalar(branch));
        if let (Some((_, only)), None) = (open.next(), open.next()) {
            return vec![*only];
        }
        let fits = |branch: &serde_json::Value| self.schemas.fits(branch, self.direction, view);
        let fitting = choice.branches.iter().filter(|(branch, _)| fits(branch));
        let fitting: Vec<usize> = fitting.map(|(_, node)| *node).collect();
        if fitting.is_empty() { all() } else { fitting }
    }
}

/// Whether a branch can be no object and no array, as its own type says.
fn is_scalar(branch: &serde_json::Value) -> bool {
    let scalar = ["null", "string", "number", "integer", "boolean"];
    branch.get("type").and_then(|it| it.as_str()).is_some_and(|name| scalar.contains(&name))
}

fn is_same(view: View<'_>, value: &serde_json::Value) -> bool {
    match (view.kind(), value) {
        (Kind::Text(text), serde_json::Value::String(known)) => text == known,
        (Kind::Bool(truth), serde_json::Value::Bool(known)) => truth == *known,
        (Kind::Number(number), serde_json::Value::Number(known)) => {
            number == known || number.as_f64() == known.as_f64()
        }
        _ => false,
    }
}

fn pointer(path: &[Step<'_>]) -> Pointer {
    path.iter().fold(Pointer::root(), |at, step| match step {
        Step::Name(name) => at.child(name),
        Step::Index(index) => at.child(index.to_string()),
    })
}
