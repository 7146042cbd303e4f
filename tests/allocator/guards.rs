//! Guards in any order, beside a model of them.

use std::iter;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, TrackingGuard};
use proptest::prelude::*;

const GROUPS: usize = 3;

/// More registrations than it takes to look at all groups that were removed.
const MANY: usize = 1000;

#[derive(Clone, Debug)]
enum Step {
    /// Enters a group so many times.
    Enter(usize, usize),
    /// Enters the group that was removed last.
    EnterRemoved,
    /// Drops a guard, whichever: counted from the latest.
    Drop(usize),
    Forget(usize),
    /// Enters and leaves a group, with or without a panic in it.
    Scope(usize, bool),
    Remove(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let group = 0..GROUPS;
    let guard = || prop_oneof![3 => 0..2_usize, 1 => 0..1000_usize];
    prop_oneof![
        8 => (group.clone(), prop_oneof![20 => Just(1_usize), 1 => 4000..4200_usize])
            .prop_map(|(group, times)| Step::Enter(group, times)),
        1 => Just(Step::EnterRemoved),
        6 => guard().prop_map(Step::Drop),
        1 => guard().prop_map(Step::Forget),
        2 => (group.clone(), any::<bool>()).prop_map(|(group, panics)| Step::Scope(group, panics)),
        2 => group.prop_map(Step::Remove),
    ]
}

/// A guard, and which of the groups that the thread is in it leaves, if any.
struct Entered {
    guard: TrackingGuard,
    group: AllocationGroupToken,
    depth: Option<usize>,
}

struct Model {
    threads: Threads,
    groups: [AllocationGroupToken; GROUPS],
    removed: Vec<AllocationGroupToken>,
    /// The groups that the thread is in.
    inside: Vec<AllocationGroupToken>,
    guards: Vec<Entered>,
    /// Groups that count a forgotten guard for ever.
    kept: Vec<AllocationGroupToken>,
}

/// What the threads of a program have.
#[derive(Clone, Copy)]
pub(super) struct Threads {
    /// How many groups one can be inside of.
    pub(super) deepest: usize,
    /// Whether guards are forgotten with the thread that made them.
    pub(super) have_tables: bool,
}

fn registry() -> &'static AllocationGroupRegistry {
    AllocationGroupRegistry::global()
}

fn new_group(number: usize) -> AllocationGroupToken {
    registry().register_allocation_group(format!("{number} of {:?}", thread::current().id()))
}

/// Uses a few of the places that are free, among them those that were given up last.
fn use_free_places() {
    let name = |number| format!("passing {number} of {:?}", thread::current().id());
    let passing: Vec<_> = (0..8).map(|number| registry().register_allocation_group(name(number))).collect();
    for group in passing {
        registry().remove_allocation_group(group);
    }
}

impl Model {
    fn new(threads: Threads) -> Self {
        let groups = std::array::from_fn(new_group);
        Self {
            threads,
            groups,
            removed: Vec::new(),
            inside: Vec::new(),
            guards: Vec::new(),
            kept: Vec::new(),
        }
    }

    fn current(&self) -> AllocationGroupToken {
        self.inside.last().copied().unwrap_or(AllocationGroupToken::root())
    }

    fn enter(&mut self, group: AllocationGroupToken) {
        let guard = group.enter();
        let group = if group.is_registered() { group } else { AllocationGroupToken::root() };
        let (depth, deepest) = (self.inside.len(), self.threads.deepest);
        let group = if depth < deepest { group } else { AllocationGroupToken::root() };
        let depth = Some(depth).filter(|depth| *depth <= deepest);
        self.guards.push(Entered { guard, group, depth });
        self.inside.extend(depth.map(|_| group));
    }

    fn take_guard(&mut self, number: usize) -> Option<Entered> {
        let index = self.guards.len().checked_sub(1)?.saturating_sub(number);
        Some(self.guards.remove(index))
    }

    fn leave(&mut self, Entered { guard, group, depth }: Entered) {
        drop(guard);
        // At a place, groups are told apart, but not two stays in the same.
        if let Some(depth) = depth.filter(|depth| self.inside.get(*depth) == Some(&group)) {
            self.inside.truncate(depth);
        }
    }

    fn check(&self) {
        assert_eq!(AllocationGroupToken::current(), self.current());
        for group in self.inside.iter().filter(|group| **group != AllocationGroupToken::root()) {
            assert_ne!(group.name(), "root", "a place was given away while a thread was inside");
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Enter(group, times) => {
                iter::repeat_n(self.groups[group], times).for_each(|group| self.enter(group));
            }
            Step::EnterRemoved => {
                if let Some(group) = self.removed.last() {
                    self.enter(*group);
                }
            }
            Step::Drop(number) => {
                if let Some(entered) = self.take_guard(number) {
                    self.leave(entered);
                }
            }
            Step::Forget(number) => {
                if let Some(entered) = self.take_guard(number) {
                    mem::forget(entered.guard);
                    if !self.threads.have_tables && entered.depth.is_some() {
                        self.kept.push(entered.group);
                    }
                }
            }
            Step::Scope(group, panics) => {
                let group = self.groups[group];
                let is_deep = self.inside.len() >= self.threads.deepest;
                let inside = if is_deep { AllocationGroupToken::root() } else { group };
                let scope = || {
                    group.scope(|| {
                        assert_eq!(AllocationGroupToken::current(), inside);
                        if panics {
                            // Without the hook, which may keep something for the next panic.
                            resume_unwind(Box::new(()));
                        }
                    });
                };
                assert_eq!(catch_unwind(AssertUnwindSafe(scope)).is_err(), panics);
            }
            Step::Remove(group) => {
                assert!(registry().remove_allocation_group(self.groups[group]));
                self.removed.push(mem::replace(&mut self.groups[group], new_group(group)));
                use_free_places();
            }
        }
        self.check();
    }

    /// Leaves everything, and says which groups have to be drained once the thread has ended.
    fn end(mut self) -> Vec<AllocationGroupToken> {
        while let Some(entered) = self.guards.pop() {
            self.leave(entered);
        }
        self.check();
        for group in self.groups {
            registry().remove_allocation_group(group);
            self.removed.push(group);
        }
        self.removed.retain(|group| !self.kept.contains(group));
        self.removed
    }
}

/// Takes `steps` on a thread of their own.
fn follow_the_model(steps: &[Step], threads: Threads) {
    let follow = || {
        let mut model = Model::new(threads);
        for step in steps {
            model.take(step);
        }
        model.end()
    };
    let removed = thread::scope(|scope| scope.spawn(follow).join()).unwrap_or_else(|_| panic!("{steps:?}"));
    // The list of them may be a block of one of them.
    let removed = { removed }.clone();
    // Each registration looks at a few of the removed groups, among which those stay that count a stray for ever.
    let is_drained = || removed.iter().all(|group| group.name() == "root");
    let drained = (0..MANY).any(|_| {
        use_free_places();
        is_drained()
    });
    assert!(drained, "nothing is left of what was removed: {steps:?}");
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn guards_follow_the_model(steps in steps()) {
        follow_the_model(&steps, super::THREADS);
    }
}
