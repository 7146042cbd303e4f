//! Parts that several components declare through one pointer.
//!
//! Whether they share the memory, or each makes its own from one configuration, is not in the declaration: a pool behind an `Arc` is the
//! first, the settings of a pool behind one the second. Counting it once would let a program start that does not fit, counting it
//! twice refuses one that does. So it is neither, but refused until somebody says which.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::component::ComponentBounds;
use super::names::full_name;
use super::staying::{Run, run_of};

/// Where what an `Arc` or `Rc` holds is, and how large it is. Two are equal where it is the same value; also, and that cannot be told
/// from here, where one with clones was dropped, its declaration kept, and another of its size put in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SharedPointer {
    address: usize,
    bytes: usize,
    /// For a pointer without clones: during which call it stays, for only then is it known that another at this place is the same.
    during: Option<Run>,
}

impl SharedPointer {
    /// `None` for the only pointer there is, unless it stays while something is declared.
    pub(super) fn of_arc<T: ?Sized>(pointer: &Arc<T>) -> Option<Self> {
        Self::to(&**pointer, Arc::strong_count(pointer) == 1, pointer)
    }

    /// `None` for the only pointer there is, unless it stays while something is declared.
    pub(super) fn of_rc<T: ?Sized>(pointer: &Rc<T>) -> Option<Self> {
        Self::to(&**pointer, Rc::strong_count(pointer) == 1, pointer)
    }

    fn to<T: ?Sized, P>(value: &T, is_alone: bool, pointer: &P) -> Option<Self> {
        let during = if is_alone { Some(run_of(pointer)?) } else { None };
        Some(Self { address: (&raw const *value).addr(), bytes: size_of_val(value), during })
    }
}

impl ComponentBounds {
    /// The components that declared something through a pointer through which another one, before them in the order of
    /// [`to_exprs`](Self::to_exprs), declared it too: the path of each, and of that other one. Both are from this component.
    pub(super) fn shared_parts(&self) -> Vec<(Vec<String>, Vec<String>)> {
        let (mut first, mut shared) = (BTreeMap::new(), Vec::new());
        self.visit(&mut |path, bounds| {
            for pointer in &bounds.pointers {
                match first.get(pointer) {
                    Some(other) => shared.push((path.to_vec(), Vec::clone(other))),
                    None => _ = first.insert(*pointer, path.to_vec()),
                }
            }
        });
        shared
    }

    /// Notes in each component that shares a part with which one it does. This one is at `base` of a larger tree.
    pub(crate) fn note_shared_parts(&mut self, base: &[String]) {
        for (path, other) in self.shared_parts() {
            let other = full_name(&[base, &other].concat());
            let component = self.get_or_create(&path);
            component.shared_with.get_or_insert(other);
        }
    }

    /// The full name of the component that declared something through the same pointer, where that was noted.
    pub(crate) fn shared_with(&self) -> Option<&str> {
        self.shared_with.as_deref()
    }

    /// Forgets through which pointers it, or each item of a list, was declared: how many there are of it was said. That says nothing
    /// of what is in it.
    pub(super) fn decided(mut self) -> Self {
        self.pointers.clear();
        self.shared_with = None;
        let subcomponents = self.subcomponents.into_iter();
        let decided = |child: Self| if child.is_item { child.decided() } else { child };
        self.subcomponents = subcomponents.map(|(name, child)| (name, decided(child))).collect();
        self
    }
}
