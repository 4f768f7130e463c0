//! What a document may refer to: files below its folder, and addresses of its own origin or, where
//! the user allows it, of others.

use std::path::Path;

use crate::spec::assemble::source::Located;
use crate::spec::assemble::source::Refusal;
use crate::spec::assemble::source::Source;
use crate::spec::load::Access;
use crate::spec::load::address;
use crate::spec::load::archive::Archive;
use crate::spec::load::archive::Kept;
use crate::spec::load::folder;
use crate::spec::load::folder::Folder;
use crate::spec::load::remote;
use crate::spec::load::remote::Origin;

/// What can be reached from a main document.
#[derive(Debug)]
pub(super) struct Reach<'a> {
    home: Home<'a>,
    access: Access,
}

/// Where the main document came from.
#[derive(Debug)]
enum Home<'a> {
    Folder(Folder),
    Archive(Kept<'a>),
    Address { url: String, origin: Origin },
    Nowhere,
}

impl<'a> Reach<'a> {
    /// From a file.
    pub(super) fn file(path: &Path, access: Access) -> Self {
        let home = Folder::of(path).map_or(Home::Nowhere, Home::Folder);
        Self { home, access }
    }

    /// From an address of the web.
    pub(super) fn url(url: &str, access: Access) -> Self {
        let home = match Origin::of(url) {
            Some(origin) => Home::Address { url: url.to_owned(), origin },
            None => Home::Nowhere,
        };
        Self { home, access }
    }

    /// From an archive.
    pub(super) fn archive(
        name: &str,
        path: &str,
        archive: &'a dyn Archive,
        access: Access,
    ) -> Self {
        Self { home: Home::Archive(Kept::new(name, path, archive)), access }
    }

    /// From standard input.
    pub(super) fn nowhere(access: Access) -> Self {
        Self { home: Home::Nowhere, access }
    }

    /// What the main document is among the files.
    pub(super) fn main(&self) -> String {
        match &self.home {
            Home::Folder(folder) => folder.main.to_string_lossy().into_owned(),
            Home::Archive(kept) => kept.main.clone(),
            Home::Address { url, .. } => remote::without_fragment(url).to_owned(),
            Home::Nowhere => String::new(),
        }
    }

    /// The address that a reference names, if it may be asked.
    fn remote(&self, from: &str, reference: &str) -> Result<Located, Refusal> {
        let url = remote::resolve(from, reference).ok_or_else(|| {
            Refusal::new("which is no address", "write a URI reference as in RFC 3986")
        })?;
        if address::is_remote(&url) {
            let is_own = self.is_own(&url);
            if !is_own && !self.access.remote_references {
                return Err(Refusal::new(
                    "and nothing is fetched from another host than the document's own",
                    "put the part into a file beside the document, or give --allow-remote-refs",
                ));
            }
        } else {
            return Err(Refusal::new(
                "and only http and https are fetched",
                "put the part into a file beside the document",
            ));
        }
        let token = match &self.home {
            Home::Address { url: main, .. } => {
                let folder = main.rfind('/').map_or("", |end| &main[..=end]);
                url.strip_prefix(folder).unwrap_or(&url).to_owned()
            }
            Home::Folder(_) | Home::Archive(_) | Home::Nowhere => url.clone(),
        };
        Ok(Located { key: url.clone(), token, name: url })
    }

    /// Whether an address has the origin of the main document.
    fn is_own(&self, url: &str) -> bool {
        match &self.home {
            Home::Address { origin, .. } => Origin::of(url).as_ref() == Some(origin),
            Home::Folder(_) | Home::Archive(_) | Home::Nowhere => false,
        }
    }
}

impl Source for Reach<'_> {
    fn locate(&self, from: &str, reference: &str) -> Result<Located, Refusal> {
        if address::is_remote(from) || address::is_remote(reference) {
            return self.remote(from, reference);
        }
        match &self.home {
            Home::Folder(folder) => folder.locate(Path::new(from), reference),
            Home::Archive(kept) => kept.locate(from, reference),
            Home::Address { .. } | Home::Nowhere => Err(Refusal::new(
                "and the document has no folder in which that could be found",
                "give the document as a file, not through a pipe",
            )),
        }
    }

    fn read(&self, key: &str) -> Result<String, Refusal> {
        if !address::is_remote(key) {
            return match &self.home {
                Home::Archive(kept) => kept.read(key),
                Home::Folder(_) | Home::Address { .. } | Home::Nowhere => {
                    folder::read(Path::new(key))
                }
            };
        }
        remote::fetch(key, self.is_own(key)).map_err(|fault| {
            Refusal::new(
                format!("which can not be fetched: {fault}"),
                "put the part into a file beside the document, or mend the address",
            )
        })
    }
}
