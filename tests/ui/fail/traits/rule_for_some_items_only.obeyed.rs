use memory_accounting::{ComponentBounds, Container, MemoryBounds, UsageExpr};

#[allow(dead_code)]
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
struct Window<T: Copy> {
    #[bounds(per_item = 3)]
    samples: Ring<T>,
}

fn main() {
    let component = Window { samples: Ring(Vec::<u16>::new()) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 6);
}
