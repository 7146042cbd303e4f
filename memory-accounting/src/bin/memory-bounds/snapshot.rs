//! Keeping all that a running program says about its memory.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::answer::Answer;
use crate::running::Address;
use crate::size::bytes;

/// Keep all that a running program says about its memory: for a support bundle, or to compare
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where the program answers, such as `127.0.0.1:8080/memory`
    #[arg(value_name = "URL", value_parser = Address::parse)]
    address: Address,

    /// Where to write it, a new file; `-` is standard output. By default a name with the process and the time
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(crate) fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    let (status, text) = arguments.address.snapshot()?;
    let file = match &arguments.file {
        Some(file) if file == Path::new("-") => return Ok(Answer::of(text)),
        Some(file) => file.clone(),
        None => format!("memory-{}-{}.json", status.process.pid, status.read_unix_ms).into(),
    };
    write_new(&file, &text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("{} is there already, and no snapshot is overwritten; name another file", file.display())
        }
        _ => format!("cannot write {}: {error}", file.display()),
    })?;
    let mut components = 0_usize;
    status.components.visit(&mut |_| components = components.saturating_add(1));
    Ok(Answer::of(format!("{}: {components} components, {}", file.display(), bytes(text.len() as u64))))
}

/// A snapshot that was kept is never overwritten.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    let written = file.write_all(format!("{text}\n").as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // A part of one would be in the way of the next.
        _ = fs::remove_file(path);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::running::address_tests::answering;
    use crate::running::tests::status_of;

    fn keep(file: &Path) -> Result<Answer, Box<dyn Error>> {
        let (address, asked) = answering("200 OK", &status_of(7, 5).to_string());
        let address = Address::parse(&address)?;
        let answer = answer(&Arguments { address, file: Some(file.to_path_buf()) });
        assert_eq!(asked.join().unwrap(), "GET /memory/snapshot.json HTTP/1.1");
        answer
    }

    #[test]
    fn a_snapshot_is_kept_as_it_is_and_never_overwritten() {
        let file = std::env::temp_dir().join(format!("memory-bounds-{}.json", std::process::id()));
        let _ = fs::remove_file(&file);
        let kept = keep(&file).unwrap();
        assert!(kept.text.contains(": 2 components, "), "{}", kept.text);
        assert_eq!(fs::read_to_string(&file).unwrap(), format!("{}\n", status_of(7, 5)));
        let error = keep(&file).unwrap_err().to_string();
        let expected =
            format!("{} is there already, and no snapshot is overwritten; name another file", file.display());
        assert_eq!(error, expected);
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_dash_is_standard_output() {
        assert_eq!(keep(Path::new("-")).unwrap().text, status_of(7, 5).to_string());
    }
}
