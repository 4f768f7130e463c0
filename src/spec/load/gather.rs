//! From texts to one value: overlays applied, other files put in.

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::spec::LoadError;
use crate::spec::assemble;
use crate::spec::assemble::source::Source;
use crate::spec::files::File;
use crate::spec::files::Files;
use crate::spec::files::Graft;
use crate::spec::load::parse;
use crate::spec::load::reach::Reach;
use crate::spec::overlay::Overlay;
use crate::spec::position;
use crate::spec::resolve;
use crate::spec::tree::Text;
use crate::spec::tree::Tree;

/// Most keys that stand twice are told.
const MOST_DOUBLES: usize = 100;

/// A text with the name that places in it are shown under.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) text: Text,
}

/// A document that is one value, before anything is read in it.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) tree: Tree,
    pub(super) files: Files,
    pub(super) violations: Vec<Violation>,
}

/// Parses a document, applies its overlays in their order, and puts its other files into it.
pub(super) fn gather(
    main: Named,
    reach: Option<&Reach<'_>>,
    overlays: Vec<Named>,
) -> Result<Gathered, LoadError> {
    let parsed = parse::parse(main.text.clone()).map_err(|fault| fault.of(&main.name))?;
    if let Some(reach) = reach
        && Overlay::is_one(parsed.tree.root())
    {
        return extended(main, reach, overlays);
    }
    let key = reach.map_or_else(String::new, |reach| reach.main());
    put_together(main, parsed, (&key, reach), overlays)
}

/// The document that an overlay was written for, with that overlay applied first.
fn extended(
    overlay: Named,
    reach: &Reach<'_>,
    overlays: Vec<Named>,
) -> Result<Gathered, LoadError> {
    let read = Overlay::read(&overlay.text).map_err(|fault| fault.of(&overlay.name))?;
    let name = overlay.name.clone();
    let Some(target) = read.extends() else {
        return Err(LoadError::Unextended {
            name,
            reason: "has no member `extends`; give the document, and it with --overlay".to_owned(),
        });
    };
    let found = reach.locate(&reach.main(), target);
    let found = found.and_then(|located| Ok((reach.read(&located.key)?, located)));
    let (text, located) = found.map_err(|refusal| LoadError::Unextended {
        name,
        reason: format!("extends `{target}`, {}", refusal.reason),
    })?;
    let main = Named { name: located.name, text: text.into() };
    let parsed = parse::parse(main.text.clone()).map_err(|fault| fault.of(&main.name))?;
    let all = std::iter::once(overlay).chain(overlays).collect();
    put_together(main, parsed, (&located.key, Some(reach)), all)
}

fn put_together(
    main: Named,
    parsed: parse::Parsed,
    (key, reach): (&str, Option<&Reach<'_>>),
    overlays: Vec<Named>,
) -> Result<Gathered, LoadError> {
    let mut violations = if parsed.has_doubles { doubles(&main.text) } else { Vec::new() };
    let mut files = Files::from(File::new(main.name, main.text));
    let mut tree = parsed.tree;
    if overlays.is_empty() && !(reach.is_some() && tree.leaves()) {
        return Ok(Gathered { tree, files, violations });
    }
    let mut root = tree.root().to_value();
    for Named { name, text } in overlays {
        let overlay = Overlay::read(&text).map_err(|fault| fault.of(&name))?;
        violations.append(&mut overlay.apply(&mut root, File::new(name, text), &mut files));
    }
    tree = Tree::of(&root);
    if let Some(reach) = reach.filter(|_| tree.leaves()) {
        let mut assembled = assemble::assemble(&mut root, key, reach);
        violations.append(&mut assembled.violations);
        for part in assembled.files {
            let file = files.add(File::new(part.name, part.text.into()));
            let origin = Pointer::root();
            files.graft(Graft { place: part.place, file: Some(file), origin });
        }
        tree = Tree::of(&root);
    }
    Ok(Gathered { tree, files, violations })
}

/// The keys that stand twice.
fn doubles(text: &str) -> Vec<Violation> {
    let doubles = position::doubles(text).into_iter().take(MOST_DOUBLES);
    let violation = |(pointer, [first, second]): (String, [position::Position; 2])| {
        let title = format!(
            "stands twice in its object, at {}:{} and {}:{}; the last one counts",
            first.line, first.column, second.line, second.column
        );
        let mut violation =
            resolve::complaint(&rule::DOCUMENT_MALFORMED, Pointer::new(pointer), title);
        violation.help = Some("leave one of them out, or rename it".to_owned());
        violation
    };
    doubles.map(violation).collect()
}
