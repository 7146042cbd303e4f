//! How much memory does remembering a block's group take, as the system sees it?

use crate::block::Block;
use crate::conditions::Conditions;
use crate::groups::Groups;
use crate::resident::resident_bytes;
use crate::workload::Workload;

const OBJECTS: u32 = 1_000_000;

/// Fewer objects than that where they would take more, so that many programs fit beside each other and run quickly.
const MOST_BYTES: u32 = 256 << 20;

pub(super) fn workloads<G: Groups>() -> [Workload; 10] {
    [
        workload::<G, 8>("resident_8", "resident for each block of 8 bytes"),
        workload::<G, 16>("resident_16", "resident for each block of 16 bytes"),
        workload::<G, 32>("resident_32", "resident for each block of 32 bytes"),
        workload::<G, 64>("resident_64", "resident for each block of 64 bytes"),
        workload::<G, 128>("resident_128", "resident for each block of 128 bytes"),
        workload::<G, 256>("resident_256", "resident for each block of 256 bytes"),
        workload::<G, 512>("resident_512", "resident for each block of 512 bytes"),
        workload::<G, 1024>("resident_1024", "resident for each block of 1,024 bytes"),
        workload::<G, 2048>("resident_2048", "resident for each block of 2,048 bytes"),
        workload::<G, 4096>("resident_4096", "resident for each block of 4,096 bytes"),
    ]
}

const fn workload<G: Groups, const BYTES: u32>(name: &'static str, title: &'static str) -> Workload {
    Workload::memory(name, title, measure::<G, BYTES>)
}

fn measure<G: Groups, const BYTES: u32>(conditions: &Conditions) -> Option<f64> {
    let group = conditions.group::<G>();
    let _guard = group.as_ref().map(G::enter);
    let objects = conditions.count(OBJECTS.min(MOST_BYTES / BYTES));
    let new_block = || {
        let mut block = Block::new(BYTES as usize);
        block.fill();
        block
    };
    // Its own pages are there before anything is measured.
    let mut blocks: Vec<Option<Block>> = (0..objects).map(|_| None).collect();
    blocks.fill_with(|| None);
    resident_bytes()?;
    let before = resident_bytes()?;
    blocks.fill_with(|| Some(new_block()));
    let after = resident_bytes()?;
    drop(blocks);
    Some((after - before) / f64::from(objects))
}
