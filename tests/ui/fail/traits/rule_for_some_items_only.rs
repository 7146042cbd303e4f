use memory_accounting::{Container, MemoryBounds, UsageExpr};

struct Ring<T>(Vec<T>);

impl<T: Copy> Container for Ring<T> {
    type Item = T;

    fn allocated(name: &str, items: &UsageExpr) -> UsageExpr {
        Vec::<T>::allocated(name, items)
    }

    fn bounded(name: &str, items: &UsageExpr) -> UsageExpr {
        Vec::<T>::bounded(name, items)
    }

    fn grown(name: &str, items: &UsageExpr) -> UsageExpr {
        Vec::<T>::grown(name, items)
    }
}

#[derive(MemoryBounds)]
struct Window<T> {
    #[bounds(per_item = 3)]
    samples: Ring<T>,
}

fn main() {}
