//! Files that are kept elsewhere than in the file system, as those of a revision in git.

use std::io;

use crate::spec::assemble::source::Located;
use crate::spec::assemble::source::Refusal;
use crate::spec::load::address;

/// Where such files are kept.
pub trait Archive {
    /// All bytes of the file with that path, whose steps are parted by `/`.
    ///
    /// # Errors
    ///
    /// Why there is none, or why it can not be read.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
}

/// The folder of a main document in an archive.
pub(super) struct Kept<'a> {
    /// The main document's path.
    pub(super) main: String,
    /// What stands before a path in the names that are shown.
    prefix: String,
    archive: &'a dyn Archive,
}

impl<'a> Kept<'a> {
    /// The folder of the document at `path`, which is shown as `name`.
    pub(super) fn new(name: &str, path: &str, archive: &'a dyn Archive) -> Self {
        let prefix = name.strip_suffix(path).unwrap_or_default();
        Self { main: path.to_owned(), prefix: prefix.to_owned(), archive }
    }

    /// The file that a relative reference names in the file `from`.
    pub(super) fn locate(&self, from: &str, reference: &str) -> Result<Located, Refusal> {
        let path = address::relative(reference)?;
        let folder =
            |path: &str| path.rfind('/').map_or(String::new(), |at| path[..=at].to_owned());
        let own = folder(&self.main);
        let mut steps: Vec<String> = folder(from).split('/').map(str::to_owned).collect();
        steps.pop();
        for step in path.split('/') {
            match step {
                "." | "" => {}
                ".." => {
                    let last = steps.pop();
                    if last.is_none_or(|last| last == ".") {
                        return Err(outside());
                    }
                }
                step => steps.push(step.to_owned()),
            }
        }
        let key = steps.join("/");
        let token = key.strip_prefix(&own).ok_or_else(outside)?.to_owned();
        Ok(Located { name: format!("{}{key}", self.prefix), token, key })
    }

    /// The text of a file that was located.
    pub(super) fn read(&self, key: &str) -> Result<String, Refusal> {
        let bytes = self.archive.read(key).map_err(|error| {
            Refusal::new(format!("which can not be read: {error}"), "mend the reference")
        })?;
        String::from_utf8(bytes).map_err(|_| Refusal::new("which is not UTF-8", "save it as UTF-8"))
    }
}

impl std::fmt::Debug for Kept<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Kept").field("main", &self.main).finish_non_exhaustive()
    }
}

fn outside() -> Refusal {
    Refusal::new(
        "which lies outside of the document's folder",
        "move the file below that folder, or begin with a document further up",
    )
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::Archive;
    use super::Kept;

    struct Nothing;

    impl Archive for Nothing {
        fn read(&self, path: &str) -> io::Result<Vec<u8>> {
            Err(io::Error::other(path.to_owned()))
        }
    }

    #[test]
    fn a_reference_names_a_file_below_the_folder_of_the_main_document() {
        let table = [
            ("api/a.yaml", "api/a.yaml", "pet.yaml", Some("api/pet.yaml")),
            ("api/a.yaml", "api/x/b.yaml", "../y/pet%20.yaml", Some("api/y/pet .yaml")),
            ("./a.yaml", "./a.yaml", "./x/pet.yaml", Some("./x/pet.yaml")),
            ("a.yaml", "a.yaml", "x/pet.yaml", Some("x/pet.yaml")),
            ("api/a.yaml", "api/a.yaml", "../pet.yaml", None),
            ("./a.yaml", "./a.yaml", "../pet.yaml", None),
            ("a.yaml", "a.yaml", "/etc/passwd", None),
            ("a.yaml", "a.yaml", "file:pet.yaml", None),
        ];
        for (main, from, reference, expected) in table {
            let kept = Kept::new(&format!("HEAD:{main}"), main, &Nothing);
            let found = kept.locate(from, reference).ok();
            assert_eq!(found.as_ref().map(|it| &*it.key), expected, "{from} {reference}");
            let name = found.map(|it| it.name);
            assert_eq!(name, expected.map(|key| format!("HEAD:{key}")), "{from} {reference}");
        }
    }
}
