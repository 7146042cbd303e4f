//! What is detected in the files of many systems; `tests/layouts/README.md` says how they are written down.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use memory_accounting::Detection;

/// Numbers the folders: tests run at the same time, and may take the same layout.
static FOLDERS: AtomicUsize = AtomicUsize::new(0);

/// One system.
struct Layout {
    /// How it came to be known.
    seen: Option<String>,
    /// What the detection prints.
    expected: String,
    files: Vec<File>,
}

struct File {
    path: PathBuf,
    /// `None` for what cannot be read.
    contents: Option<Vec<u8>>,
}

impl Layout {
    fn parse(text: &[u8]) -> Self {
        let mut layout = Self { seen: None, expected: String::new(), files: Vec::new() };
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            if let Some(path) = line.strip_prefix(b"== ") {
                let path = path.trim_ascii_end();
                let (path, contents) = match path.strip_suffix(b" (unreadable)") {
                    Some(path) => (path, None),
                    None => (path, Some(Vec::new())),
                };
                layout.files.push(File { path: path_of(path), contents });
            } else if let Some(file) = layout.files.last_mut() {
                file.contents.as_mut().expect("what cannot be read is empty").extend_from_slice(line);
            } else if let Some(seen) = line.strip_prefix(b"# Seen: ") {
                layout.seen = Some(String::from_utf8_lossy(seen.trim_ascii()).into_owned());
            } else if let Some(expected) = line.strip_prefix(b"> ") {
                layout.expected += &String::from_utf8_lossy(expected);
            }
        }
        layout
    }

    fn unpack(&self, root: &Path) {
        for File { path, contents } in &self.files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match contents {
                Some(contents) => fs::write(path, contents).unwrap(),
                None => fs::create_dir(path).unwrap(),
            }
        }
    }
}

fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// What is detected in the layout of that name.
pub(crate) fn within(name: &str) -> Detection {
    detect(name).0
}

/// The same, and what it should be.
fn detect(name: &str) -> (Detection, Layout) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("layouts").join(name).with_extension("txt");
    let layout = Layout::parse(&fs::read(file).unwrap());
    let folder = format!("layouts-{}-{}", std::process::id(), FOLDERS.fetch_add(1, Ordering::Relaxed));
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    layout.unpack(&root);
    let detection = Detection::within(&root);
    fs::remove_dir_all(&root).unwrap();
    (detection, layout)
}

#[test]
fn every_layout_is_detected_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layouts");
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    names.sort();
    assert!(names.len() >= 50, "{} layouts", names.len());
    let mut wrong = String::new();
    for path in &names {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (detection, layout) = detect(name);
        assert!(layout.seen.is_some(), "{name} does not say where it was seen");
        let found = format!("{detection}\n");
        if found != layout.expected {
            let found: String = found.lines().flat_map(|line| ["> ", line, "\n"]).collect();
            wrong = format!("{wrong}\n{name}:\n{found}");
        }
    }
    assert!(wrong.is_empty(), "these print something else than they say:{wrong}");
}
