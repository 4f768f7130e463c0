//! The files that a document was read from: where each of its parts was written.
//!
//! Most documents are one file. What came from others stands in the document below places of its
//! own, and each such place knows its file and where in it that begins.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::OnceLock;

use crate::pointer::Pointer;
use crate::spec::Position;
use crate::spec::position;
use crate::spec::tree::Text;

/// A file as it was written.
#[derive(Debug)]
pub(crate) struct File {
    /// The name that places in it are shown under.
    pub(crate) name: Arc<str>,
    /// Its text, for positions.
    pub(crate) text: Text,
    /// Where everything stands in the text, as [`position::list`] writes it.
    places: OnceLock<Cow<'static, [u8]>>,
}

/// All files of a document.
#[derive(Debug)]
pub(crate) struct Files {
    main: File,
    others: Vec<File>,
    /// What was put into the document, the latest last.
    grafts: Vec<Graft>,
}

/// A part of the document that is a part of another file.
#[derive(Debug)]
pub(crate) struct Graft {
    /// Its place in the document.
    pub(crate) place: Pointer,
    /// Its file's number among the others; `None` for another place of the main file.
    pub(crate) file: Option<usize>,
    /// Its place in that file.
    pub(crate) origin: Pointer,
}

/// Where a part of a document was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file's name, as places are shown under.
    pub file: Arc<str>,
    /// The place in that file.
    pub pointer: Pointer,
    /// Line and column of the place, or of its nearest ancestor that has one.
    pub position: Option<Position>,
}

impl File {
    /// A file that somebody wrote.
    pub(crate) fn new(name: impl Into<Arc<str>>, text: Text) -> Self {
        Self { name: name.into(), text, places: OnceLock::new() }
    }

    /// A file whose places the build has listed.
    pub(crate) fn listed(name: &str, text: &'static str, places: &'static [u8]) -> Self {
        let places = OnceLock::from(Cow::Borrowed(places));
        Self { name: name.into(), text: Text::Static(text), places }
    }

    /// The place of `pointer` in the text, or of its nearest ancestor that has one.
    fn position(&self, pointer: &Pointer) -> Option<Position> {
        let places = self.places.get_or_init(|| position::list(&self.text).into());
        if let Some(found) = position::look_up(places, pointer.as_str()) {
            return Some(found);
        }
        if let Some(behind_alias) = position::find(&self.text, pointer.as_str()) {
            return Some(behind_alias);
        }
        let mut place = pointer.parent()?;
        loop {
            if let Some(found) = position::look_up(places, place.as_str()) {
                return Some(found);
            }
            place = place.parent()?;
        }
    }

    fn line(&self, number: usize) -> Option<&str> {
        self.text.lines().nth(number.checked_sub(1)?)
    }
}

/// What leads from one place to another that lies at or below it.
fn below<'p>(place: &Pointer, other: &'p Pointer) -> Option<&'p str> {
    let rest = other.as_str().strip_prefix(place.as_str())?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

impl From<File> for Files {
    fn from(main: File) -> Self {
        Self { main, others: Vec::new(), grafts: Vec::new() }
    }
}

impl Files {
    /// The file that the document began with.
    pub(crate) fn main(&self) -> &File {
        &self.main
    }

    /// Adds a file; its number names it in a [`Graft`].
    pub(crate) fn add(&mut self, file: File) -> usize {
        self.others.push(file);
        self.others.len() - 1
    }

    /// Notes what a part of the document was taken from; what was noted of it before is over.
    pub(crate) fn graft(&mut self, graft: Graft) {
        self.grafts.retain(|known| below(&graft.place, &known.place).is_none());
        self.grafts.push(graft);
    }

    /// Notes that an item of the list at `list` is gone: what stood behind it stands one place
    /// further to the front, `left` items in all.
    pub(crate) fn close_gap(&mut self, list: &Pointer, gone: usize, left: usize) {
        let item = |number: usize| list.child(number.to_string());
        for number in gone..left {
            let (file, origin) = self.source(&item(number + 1));
            let mut inner = Vec::new();
            for graft in &self.grafts {
                let rest = below(&item(number + 1), &graft.place).filter(|rest| !rest.is_empty());
                let Some(rest) = rest else { continue };
                let (place, origin) = (item(number).join(rest), graft.origin.clone());
                inner.push(Graft { place, file: graft.file, origin });
            }
            self.graft(Graft { place: item(number), file, origin });
            self.grafts.append(&mut inner);
        }
        self.grafts.retain(|graft| below(&item(left), &graft.place).is_none());
    }

    /// The number of the file that a place of the document was written in, `None` for the main
    /// one, and the place in it.
    pub(crate) fn source(&self, place: &Pointer) -> (Option<usize>, Pointer) {
        // The longest place is the nearest.
        let nearest = self
            .grafts
            .iter()
            .filter_map(|graft| Some((graft, below(&graft.place, place)?)))
            .max_by_key(|(graft, _)| graft.place.as_str().len());
        match nearest {
            Some((graft, rest)) => (graft.file, graft.origin.join(rest)),
            None => (None, place.clone()),
        }
    }

    /// The file of a place in the document, and the place in that file.
    fn origin(&self, place: &Pointer) -> (&File, Pointer) {
        let (file, origin) = self.source(place);
        (file.and_then(|file| self.others.get(file)).unwrap_or(&self.main), origin)
    }

    /// Where a part of the document was written.
    pub(crate) fn written(&self, place: &Pointer) -> Written {
        let (file, origin) = self.origin(place);
        let position = file.position(&origin);
        Written { file: Arc::clone(&file.name), pointer: origin, position }
    }

    /// Line and column of a part of the document, in its own file.
    pub(crate) fn position(&self, place: &Pointer) -> Option<Position> {
        let (file, origin) = self.origin(place);
        file.position(&origin)
    }

    /// One line of the file of that name, counted from 1.
    pub(crate) fn line(&self, name: &str, number: usize) -> Option<&str> {
        let mut files = std::iter::once(&self.main).chain(&self.others);
        files.find(|file| &*file.name == name)?.line(number)
    }
}

#[cfg(test)]
mod tests {
    use super::{File, Files, Graft};
    use crate::pointer::Pointer;

    #[test]
    fn a_part_of_another_file_has_its_place_there() {
        let mut files = Files::from(File::new("api.yaml", "paths: {}\n".to_owned().into()));
        let file = files.add(File::new("pet.yaml", "# Pets\ntype: object\n".to_owned().into()));
        let place = Pointer::new("/x-standin-files/pet.yaml");
        files.graft(Graft { place: place.clone(), file: Some(file), origin: Pointer::root() });
        let written = files.written(&place.child("type"));
        assert_eq!((&*written.file, written.pointer.as_str()), ("pet.yaml", "/type"));
        assert_eq!(written.position.map(|at| (at.line, at.column)), Some((2, 1)));
        let neighbour = files.written(&Pointer::new("/x-standin-files/pet.yaml2"));
        assert_eq!(&*neighbour.file, "api.yaml");
        assert_eq!(files.line("pet.yaml", 1), Some("# Pets"));
        assert_eq!(files.line("nobody.yaml", 1), None);
    }
}
