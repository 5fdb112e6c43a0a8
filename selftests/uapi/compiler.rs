// SPDX-License-Identifier: GPL-2.0

//! Compiles short programs that include a header.

use std::{
    env,
    fmt,
    fs,
    path::{
        Path,
        PathBuf, //
    },
    process::{
        self,
        Command, //
    }, //
};

use harness::ktap::{
    fail,
    Outcome,
    Stop, //
};

/// What a program is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    C,
    /// C, for 32-bit machines.
    C32,
    Cpp,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::C => "C",
            Self::C32 => "32-bit C",
            Self::Cpp => "C++",
        })
    }
}

/// A compiler, strict, and a place of its own to work in.
pub struct Compiler {
    language: Language,
    directory: PathBuf,
}

impl Compiler {
    pub fn new(language: Language) -> Result<Self, Stop> {
        let directory = env::temp_dir().join(format!("fwctl-uapi-{}", process::id()));
        fs::create_dir_all(&directory)?;
        Ok(Self {
            language,
            directory,
        })
    }

    fn command(&self) -> Command {
        let named = |variable: &str, default: &str| env::var(variable).unwrap_or(default.into());
        let mut command = match self.language {
            Language::C | Language::C32 => Command::new(named("CC", "cc")),
            Language::Cpp => Command::new(named("CXX", "c++")),
        };
        command.args(match self.language {
            Language::C => &["-xc", "-std=c11"] as &[_],
            Language::C32 => &["-xc", "-std=c11", "-m32"],
            Language::Cpp => &["-xc++", "-std=c++11"],
        });
        command.args(["-Wall", "-Wextra", "-Werror", "-pedantic"]);
        command
    }

    /// Whether there is such a compiler, with the system's headers.
    pub fn works(&self) -> Result<bool, Stop> {
        let source = self.source("#include <linux/types.h>\nint nothing_else;")?;
        let status = self.command().arg("-fsyntax-only").arg(source).output();
        Ok(status.is_ok_and(|output| output.status.success()))
    }

    /// Compiles `header` and then `code`.
    pub fn compile(&self, header: &Path, code: &str) -> Outcome {
        self.run(&["-fsyntax-only"], header, code)
    }

    /// The number that a program prints for `expression`, as decimal digits.
    pub fn evaluate(&self, header: &Path, expression: &str) -> Result<String, Stop> {
        let program = self.directory.join("program");
        let code = format!(
            "#include <stdio.h>\n\
             int main(void) {{ printf(\"%llu\", (unsigned long long)({expression})); return 0; }}"
        );
        self.run(&["-o", &program.to_string_lossy()], header, &code)?;
        let output = Command::new(program).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn run(&self, arguments: &[&str], header: &Path, code: &str) -> Outcome {
        let source = self.source(&format!("#include \"{}\"\n{code}\n", header.display()))?;
        let output = self.command().args(arguments).arg(source).output()?;
        if output.status.success() {
            return Ok(());
        }
        fail(String::from_utf8_lossy(&output.stderr))
    }

    fn source(&self, code: &str) -> Result<PathBuf, Stop> {
        let path = self.directory.join("source");
        fs::write(&path, code)?;
        Ok(path)
    }
}

impl Drop for Compiler {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}
