// SPDX-License-Identifier: GPL-2.0

//! Our uAPI headers say what the kernel's say, and any program can include them.
//!
//! `uapi_headers DIRECTORY` tests the headers there (`uapi/fwctl`). `FWCTL_LINUX_SRC` names the kernel's
//! source to compare with, `CC` and `CXX` the compilers. Needs no device.

use std::{
    env,
    fs,
    path::{
        Path,
        PathBuf, //
    },
    process::ExitCode, //
};

use harness::{
    expect::{
        holds,
        same, //
    },
    ktap::{
        fail,
        program,
        skip,
        Outcome,
        Stop,
        Suite, //
    }, //
};

mod compiler;
mod declarations;
mod names;

use compiler::{
    Compiler,
    Language, //
};
use names::{
    Header,
    HEADERS, //
};

/// A header that both have.
struct Pair {
    ours: PathBuf,
    kernels: PathBuf,
}

impl Pair {
    fn of(directory: &Path, header: &Header) -> Result<Self, Stop> {
        let Ok(source) = env::var("FWCTL_LINUX_SRC") else {
            return skip("FWCTL_LINUX_SRC is not set");
        };
        Ok(Self {
            ours: directory.join(header.file),
            kernels: Path::new(&source)
                .join("include/uapi/fwctl")
                .join(header.file),
        })
    }
}

/// What the kernel's header declares and `names` does not know would go untested.
fn all_names_are_known(directory: &Path, header: &Header) -> Outcome {
    let pair = Pair::of(directory, header)?;
    let declared = declarations::parse(&fs::read_to_string(pair.kernels)?);
    holds(!declared.is_empty(), "no declaration found")?;
    let known = header.expressions();
    let unknown: Vec<_> = declared
        .into_iter()
        .filter(|name| !known.iter().any(|(known, _)| known == name))
        .collect();
    same("names that are not tested", unknown, Vec::new())
}

/// One number, as either header gives it.
fn same_number(directory: &Path, header: &Header, expression: &str) -> Outcome {
    let pair = Pair::of(directory, header)?;
    let compiler = Compiler::new(Language::C)?;
    let ours = compiler.evaluate(&pair.ours, expression)?;
    let kernels = compiler.evaluate(&pair.kernels, expression)?;
    same(expression, ours, kernels)
}

/// All numbers of our header, for a 32-bit program.
fn same_for_32_bit(directory: &Path, header: &Header) -> Outcome {
    let pair = Pair::of(directory, header)?;
    let native = Compiler::new(Language::C)?;
    let small = Compiler::new(Language::C32)?;
    if !small.works()? {
        return skip("the compiler makes no 32-bit programs");
    }
    for (name, expression) in header.expressions() {
        let number = native.evaluate(&pair.kernels, &expression)?;
        let claim = format!("_Static_assert(({expression}) == {number}, \"{name}\");");
        small.compile(&pair.ours, &claim)?;
    }
    Ok(())
}

fn compiles_alone(header: &Path, language: Language) -> Outcome {
    let compiler = Compiler::new(language)?;
    if !compiler.works()? {
        return skip(format!("no compiler for {language}"));
    }
    compiler.compile(header, "int nothing_else;")
}

fn compiles_twice(header: &Path) -> Outcome {
    let again = format!("#include \"{}\"\nint nothing_else;", header.display());
    Compiler::new(Language::C)?.compile(header, &again)
}

/// The headers in a directory.
fn headers(directory: &Path) -> Result<Vec<PathBuf>, Stop> {
    let mut headers: Vec<_> = fs::read_dir(directory)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "h"))
        .collect();
    headers.sort();
    if headers.is_empty() {
        return fail(format!("no header in {}", directory.display()));
    }
    Ok(headers)
}

fn main() -> ExitCode {
    program(|| {
        let Some(directory) = env::args().nth(1) else {
            return fail("usage: uapi_headers DIRECTORY");
        };
        let directory = &fs::canonicalize(directory)?;
        let files = &headers(directory)?;
        let mut suite = Suite::default();
        for path in files {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            for language in [Language::C, Language::C32, Language::Cpp] {
                suite.case(format!("{file} compiles alone as {language}"), move || {
                    compiles_alone(path, language)
                });
            }
            suite.case(format!("{file} may be included twice"), move || {
                compiles_twice(path)
            });
        }
        for header in HEADERS {
            let file = header.file;
            suite.case(
                format!("{file}: no name of the kernel's is missing"),
                || all_names_are_known(directory, header),
            );
            for (name, expression) in header.expressions() {
                suite.case(format!("{file}: {name} is the kernel's"), move || {
                    same_number(directory, header, &expression)
                });
            }
            suite.case(
                format!("{file}: all are the same for 32-bit programs"),
                || same_for_32_bit(directory, header),
            );
        }
        suite.run()
    })
}
