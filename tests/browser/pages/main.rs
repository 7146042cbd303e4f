//! Writes the pages that a browser is to open, and what is expected of them, into a folder.
//!
//! Run with `cargo run -p memory-accounting-browser -- FOLDER`; `.ci/browser` does.

mod agent;
mod hostile;
mod many;
mod random;
mod service;
mod units;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use memory_accounting::{ComponentBounds, Guide, MemoryGrant};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args_os().nth(1).ok_or("write the folder that the pages go to")?);
    fs::create_dir_all(&folder)?;
    let grant = MemoryGrant::with_slop_factor(16 << 20, 0.15)?;
    let pages = [
        ("agent", agent::bounds(), Some(grant)),
        ("many", many::bounds(), Some(MemoryGrant::with_slop_factor(4 << 30, 0.1)?)),
        ("hostile", hostile::bounds(), None),
        ("service", ComponentBounds::of(&service::Service::default()), None),
        ("units", units::bounds(), Some(grant)),
    ];
    for (name, bounds, grant) in pages {
        let guide = Guide::new(&bounds);
        let guide = grant.into_iter().fold(guide, Guide::with_grant);
        fs::write(folder.join(format!("guide-{name}.html")), guide.to_html())?;
    }
    fs::write(folder.join("random.json"), serde_json::to_vec(&random::cases()?)?)?;
    Ok(())
}
