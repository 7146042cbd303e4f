//! What does counting add where blocks of all sizes live for a while and miss the cache when they are freed?

use super::random::Random;
use crate::block::Block;
use crate::conditions::{Conditions, time};
use crate::groups::Groups;
use crate::workload::Workload;

const LIVE: u32 = 20_000;
const SMALLEST: usize = 16;
const SIZES: u32 = 1024 - 16 + 1;

pub(super) fn workload<G: Groups>() -> Workload {
    Workload::time(
        "replacement",
        "random replacement among 20,000 live blocks of 16 to 1,024 bytes",
        measure::<G>,
    )
}

fn measure<G: Groups>(conditions: &Conditions) -> f64 {
    let group = conditions.group::<G>();
    let _guard = group.as_ref().map(G::enter);
    let live = conditions.count(LIVE);
    let mut random = Random::new();
    let mut blocks: Vec<Block> = (0..live).map(|_| Block::new(SMALLEST + random.below(SIZES))).collect();
    let run = conditions.fastest(|| {
        time(|| {
            for _ in 0..live {
                let place = random.below(live);
                if let Some(block) = blocks.get_mut(place) {
                    *block = Block::new(SMALLEST + random.below(SIZES));
                }
            }
        })
    });
    run / f64::from(live)
}
