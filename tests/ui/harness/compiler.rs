//! The compiler, and the libraries that this test was built with.

use std::any::TypeId;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Output};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use super::Program;
use super::message::as_kept;

/// What programs may use: the name of each library, and a type of its own that tells its builds apart.
macro_rules! libraries {
    ($($library:ident: $typ:path,)*) => {
        [$(Library {
            name: stringify!($library),
            typ: stringify!($typ),
            identity: format!("{:?}", TypeId::of::<$typ>()),
        },)*]
    };
}

/// Where the programs are.
const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// `rustc` with everything a program of this folder needs.
pub(crate) struct Compiler {
    libraries: PathBuf,
    externs: Vec<String>,
}

/// What became of a program.
pub(crate) enum Compiled {
    /// It compiles; where the executable is.
    Accepted(Folder),
    /// What the compiler said, as it is kept.
    Refused(String),
}

struct Library {
    name: &'static str,
    typ: &'static str,
    identity: String,
}

impl Compiler {
    /// The one with the very libraries that this test is linked with.
    pub(crate) fn of_this_test() -> &'static Self {
        static COMPILER: LazyLock<Compiler> = LazyLock::new(Compiler::find);
        &COMPILER
    }

    /// Beside the libraries may lie others, of other features and profiles.
    fn find() -> Self {
        let libraries = libraries![
            bytesize: bytesize::ByteSize,
            indexmap: indexmap::IndexSet<u8, u8>,
            memory_accounting: memory_accounting::UsageExpr,
            serde: serde::de::IgnoredAny,
        ];
        let this = env::current_exe().unwrap();
        let mut compiler =
            Self { libraries: this.parent().expect("a folder").to_owned(), externs: Vec::new() };
        compiler.externs = libraries.iter().map(|library| compiler.extern_of(library)).collect();
        compiler
    }

    /// A type's identity is made from its crate's name, version, features and profile: a program that prints the same as this test
    /// was compiled with the same library.
    fn extern_of(&self, library: &Library) -> String {
        let folder = Folder::new();
        let source = folder.0.join("identity.rs");
        let typ = library.typ.replace(' ', "");
        fs::write(&source, format!("fn main() {{ print!(\"{{:?}}\", core::any::TypeId::of::<{typ}>()) }}"))
            .unwrap();
        let found = self.candidates(library.name).into_iter().find_map(|candidate| {
            let extern_ = format!("{}={}", library.name, candidate.display());
            let compiled = self.rustc(&source, &folder, [&extern_]);
            let same = compiled.status.success()
                && Command::new(folder.executable()).output().unwrap().stdout == library.identity.as_bytes();
            same.then_some(extern_)
        });
        found.unwrap_or_else(|| {
            panic!("the `{}` of this test is not in {}", library.name, self.libraries.display())
        })
    }

    /// The builds of a library, the last one first.
    fn candidates(&self, name: &str) -> Vec<PathBuf> {
        let prefix = format!("lib{name}-");
        let mut candidates: Vec<(SystemTime, PathBuf)> = fs::read_dir(&self.libraries)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with(&prefix) && name.ends_with(".rlib")
            })
            .map(|entry| (entry.metadata().unwrap().modified().unwrap(), entry.path()))
            .collect();
        candidates.sort();
        candidates.into_iter().rev().map(|(_, path)| path).collect()
    }

    /// Compiles it to the end: what is wrong with a generic type is seen when code is generated for it.
    pub(crate) fn compile(&self, program: &Program) -> Compiled {
        let folder = Folder::new();
        let output = self.rustc(&Path::new(FOLDER).join(program.name()), &folder, &self.externs);
        if output.status.success() {
            Compiled::Accepted(folder)
        } else {
            Compiled::Refused(as_kept(&String::from_utf8_lossy(&output.stderr), FOLDER))
        }
    }

    /// Compiles it and runs it, which must go well.
    pub(crate) fn run(&self, program: &Program) -> Result<(), String> {
        match self.compile(program) {
            Compiled::Refused(message) => Err(format!("it does not compile:\n{message}")),
            Compiled::Accepted(folder) => {
                let output = Command::new(folder.executable()).output().unwrap();
                if output.status.success() {
                    return Ok(());
                }
                Err(format!("it fails:\n{}", String::from_utf8_lossy(&output.stderr)))
            }
        }
    }

    /// As Cargo would have a program of this edition compiled, unoptimised and without debug information.
    fn rustc<S: AsRef<str>>(
        &self,
        source: &Path,
        folder: &Folder,
        externs: impl IntoIterator<Item = S>,
    ) -> Output {
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args(["--crate-name", "program", "--crate-type", "bin", "--edition", "2024"]);
        // Programs declare what they never use; an error is as wide as it was when it was kept.
        rustc.args(["--allow", "dead_code", "--diagnostic-width", "140", "--color", "never"]);
        rustc.arg("-L").arg(format!("dependency={}", self.libraries.display()));
        for library in externs {
            rustc.args(["--extern", library.as_ref()]);
        }
        rustc.arg("-o").arg(folder.executable()).arg(source);
        // As Cargo does, which the paths that the library was compiled with are told from.
        rustc.current_dir(Path::new(FOLDER).ancestors().nth(2).expect("the workspace"));
        rustc.output().expect("a compiler")
    }
}

/// A folder for what the compiler writes about one program, gone when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        // Two runs, of two features, may be at it at once.
        let name = format!("ui-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn executable(&self) -> PathBuf {
        self.0.join("program")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is ignored by everyone.
        let _ = fs::remove_dir_all(&self.0);
    }
}
