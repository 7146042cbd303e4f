//! What a value owns on the heap, as it is now.

mod containers;
mod pointers;
mod values;

/// A value that can tell how many heap bytes it owns, by the capacity of what it is made of.
///
/// For lists that are loaded with a configuration and never grow, such as allow-lists: `#[bounds(owned)]` on the field declares what it
/// holds. Bytes are requested bytes, as everywhere.
///
/// | type | bytes |
/// |---|---|
/// | numbers, `bool`, `char`, addresses, times, `PhantomData`, references | none |
/// | `String`, `PathBuf`, `OsString`, `Vec`, `VecDeque`, `BinaryHeap` | those of the capacity, and what the items own |
/// | `Box<T>`, `Box<[T]>`, `Box<str>`, `Box<Path>`, `Box<OsStr>` | those of the value, and what it owns |
/// | `Arc<T>`, `Rc<T>`, also of `[T]` and `str` | the same behind two counters, in whole for everyone who shares it |
/// | `HashMap`, `HashSet` | the table for the capacity, and what the items own |
/// | `BTreeMap`, `BTreeSet` | the most that nodes for so many items take, and what the items own |
/// | `Option`, `Result`, `Cow`, tuples, arrays | what is in it owns |
///
/// A hash table tells the truth about its capacity as long as nothing was removed from it, and again after `shrink_to_fit`.
///
/// A type of your own says what its parts own. One that owns nothing needs no method, and does not compile if it does own something:
///
/// ```
/// use memory_accounting::OwnedHeap;
///
/// enum Action {
///     Allow,
///     Deny,
/// }
///
/// impl OwnedHeap for Action {}
///
/// struct Rule {
///     pattern: String,
///     action: Action,
/// }
///
/// impl OwnedHeap for Rule {
///     fn owned_heap_bytes(&self) -> usize {
///         self.pattern.owned_heap_bytes().saturating_add(self.action.owned_heap_bytes())
///     }
/// }
///
/// let mut rules = Vec::with_capacity(2);
/// rules.push(Rule { pattern: String::from("10.0.0.0/8"), action: Action::Deny });
/// assert_eq!(rules.owned_heap_bytes(), 2 * size_of::<Rule>() + 10);
/// ```
#[diagnostic::on_unimplemented(
    message = "what a `{Self}` owns on the heap cannot be told from its value",
    label = "the trait `OwnedHeap` is needed here",
    note = "a type of your own that owns none has it by an empty impl of `memory_accounting::OwnedHeap`; another one says in its `owned_heap_bytes` what its parts own",
    note = "of a type of another crate, `bytes = \"…\"` says how much the field owns, in place of `owned`"
)]
pub trait OwnedHeap {
    /// The heap bytes that the value owns now; `usize::MAX` where they cannot be counted.
    fn owned_heap_bytes(&self) -> usize {
        const {
            assert!(
                !std::mem::needs_drop::<Self>(),
                "this type owns heap memory; its impl of `OwnedHeap` has to say how much, in `owned_heap_bytes`"
            );
        }
        0
    }
}

/// What all of `values` own.
fn of_all<'a, T: OwnedHeap + 'a>(values: impl IntoIterator<Item = &'a T>) -> usize {
    values.into_iter().fold(0, |bytes, value| bytes.saturating_add(value.owned_heap_bytes()))
}
