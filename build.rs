//! Writes the types and clients of the bundled documents (`openapi/*.yaml`) with progenitor.
//!
//! The documents stay as they are; what progenitor can't take is bent in copies
//! (`src/generated`). A broken document fails the build as `file:line: reason`.
#![expect(dead_code, unreachable_pub, reason = "three modules are shared with the library")]

use std::{env, error::Error, fs, io, iter, panic, path::PathBuf, process::ExitCode};

use openapiv3::OpenAPI;
use progenitor::InterfaceStyle::{self, Builder, Positional};
use progenitor::{GenerationSettings, Generator};
use serde_json::{Value, json};
use serde_path_to_error::Segment;

#[path = "src/generated/faults.rs"]
mod faults;
#[path = "src/generated/normalize.rs"]
mod normalize;
#[path = "src/spec/position.rs"]
mod position;

/// What stands on each generated module.
const ATTRIBUTES: &str = r#"#[expect(clippy::allow_attributes, reason = "written by build.rs")]
#[allow(clippy::all, clippy::unwrap_used, clippy::missing_errors_doc, missing_docs)]
#[allow(missing_debug_implementations, elided_lifetimes_in_paths, unreachable_pub, unused_imports, rustdoc::all)]
"#;

/// Where a document is wrong (a line), and why.
struct Fault(usize, String);

fn main() -> ExitCode {
    for path in ["build.rs", "openapi", "src/generated", "src/spec/position.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let program = env::current_exe().unwrap_or_default();
    println!("cargo::rustc-env=STANDIN_BUILD_SCRIPT={}", program.display());
    panic::set_hook(Box::new(|_| ())); // progenitor's panics are told as faults of the document
    ExitCode::from(u8::from(run().inspect_err(|error| println!("cargo::error={error}")).is_err()))
}

fn run() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let files = fs::read_dir("openapi")?.map(|entry| Ok(entry?.path()));
    let mut files = files.collect::<io::Result<std::collections::BTreeSet<PathBuf>>>()?;
    files.retain(|path| path.extension() == Some("yaml".as_ref()));
    let (mut types, mut clients) = (String::new(), String::new());
    for file in files {
        let name = file.file_stem().and_then(|stem| stem.to_str()).ok_or("a file without name")?;
        let module = name.replace('-', "_");
        let text = fs::read_to_string(&file)?;
        let (document, server, client) = generate(&text)
            .map_err(|Fault(line, reason)| format!("{}:{line}: {reason}", file.display()))?;
        fs::write(out.join(format!("{module}.json")), document.to_string())?;
        fs::write(out.join(format!("{module}.outline")), normalize::outline(&document))?;
        fs::write(out.join(format!("{module}.places")), position::list(&text))?;
        let server = format!("/// The types of its bodies.\npub mod types {{\n{server}\n}}\n");
        let parts = [("types", server, &mut types), ("client", client, &mut clients)];
        for (kind, source, list) in parts {
            fs::write(out.join(format!("{module}_{kind}.rs")), source)?;
            list.push_str(&format!(
                "/// Generated from `openapi/{name}.yaml`.\n{ATTRIBUTES}pub mod {module} {{\n    \
                 include!(concat!(env!(\"OUT_DIR\"), \"/{module}_{kind}.rs\"));\n}}\n"
            ));
        }
    }
    fs::write(out.join("types.rs"), types)?;
    Ok(fs::write(out.join("clients.rs"), clients)?)
}

/// Reads one document, and generates the server's types and the client as Rust source.
fn generate(text: &str) -> Result<(Value, String, String), Fault> {
    let options = serde_saphyr::options! { strict_booleans: true };
    let document: Value = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line() as usize);
        Fault(line, error.without_snippet().to_string().replace('\n', " "))
    })?;
    let fault = |(pointer, reason): (String, String)| {
        Fault(position::find(text, &pointer).map_or(1, |position| position.line), reason)
    };
    faults::faults(&document).into_iter().next().map_or(Ok(()), |first| Err(fault(first)))?;
    parse(&document).map_err(fault)?;
    let mut for_client = document.clone();
    normalize::for_client(&mut for_client);
    let mut for_server = for_client.clone();
    normalize::for_server_types(&mut for_server);
    let source =
        |document, style| source(document, style).map_err(|why| fault(culprit(document, why)));
    Ok((document, source(&for_server, Positional)?, source(&for_client, Builder)?))
}

/// Reads the document as openapiv3 does; on failure the pointer and the reason.
fn parse(document: &Value) -> Result<OpenAPI, (String, String)> {
    serde_path_to_error::deserialize(document).map_err(|error| {
        let steps = error.path().iter().filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", faults::escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        (steps.collect(), error.inner().to_string())
    })
}

/// Runs progenitor, whose panics become reasons: `Builder` for a client, `Positional` for the
/// types alone, without builders, because the mock writes struct literals.
fn source(document: &Value, style: InterfaceStyle) -> Result<String, String> {
    let spec = parse(document).map_err(|(pointer, reason)| format!("{pointer}: {reason}"))?;
    let mut settings = GenerationSettings::default();
    settings.with_derive("PartialEq").with_map_type("::std::collections::BTreeMap"); // stable order
    settings.with_interface(style.clone());
    if style == Positional {
        let own = "crate::apis::transmit::ApprovalData"; // keeps the order of what is sent
        settings.with_replacement("ApprovalData", own, iter::empty());
    }
    let generate = || {
        let mut generator = Generator::new(&settings);
        let client = generator.generate_tokens(&spec).map_err(|error| error.to_string())?;
        let tokens = if style == Builder { client } else { generator.get_type_space().to_stream() };
        let file = syn::parse2(tokens).map_err(|error| error.to_string())?;
        let text = prettyplease::unparse(&file).replace("```ignore", "```text"); // no tests
        Ok(text.replace(&format!("\"{}", normalize::ALSO), "\""))
    };
    panic::catch_unwind(generate).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        Err(format!("progenitor panics: {}", text.unwrap_or("without a word")))
    })
}

/// Finds the schema or operation that the generator can't take, by trying one at a time.
fn culprit(document: &Value, reason: String) -> (String, String) {
    let mut bare = document.clone();
    bare["paths"] = json!({});
    if let Err(reason) = source(&bare, Positional) {
        let mut names = bare["components"]["schemas"].as_object().into_iter().flatten();
        let pointer = names.find_map(|(name, _)| {
            let mut healed = bare.clone();
            healed["components"]["schemas"][name] = json!({});
            let pointer = format!("/components/schemas/{}", faults::escaped(name));
            source(&healed, Positional).is_ok().then_some(pointer)
        });
        return (pointer.unwrap_or_else(|| "/components/schemas".to_owned()), reason);
    }
    let operations = normalize::operations(document);
    let mut broken = operations.filter_map(|(path, method, operation)| {
        let reason = source(&faults::with_only(document, path, method), Builder).err()?;
        let id = operation["operationId"].as_str().unwrap_or_default();
        Some((format!("/paths/{}/{method}", faults::escaped(path)), format!("{id}: {reason}")))
    });
    broken.next().unwrap_or(("/paths".to_owned(), reason))
}
