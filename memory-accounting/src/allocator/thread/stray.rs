//! Stays for which there is no place in a row: the thread has none, or is deeper in groups than there are places. All strays share
//! one place, and are counted in the slots of their groups.

use std::ptr;

use super::super::group::{Group, GroupId, Mark};
use super::super::slots;
use super::Thread;
use super::stay::count_stale_entry;

/// The stay of a stray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stray {
    /// How many strays the thread was with this one; beyond [`DEEPEST`], no more than that.
    depth: u16,
    /// The slot of this group counts it.
    entered: GroupId,
    /// The group of the stray before, if it was not the first.
    previous: Mark,
}

const DEEPEST: u16 = u16::MAX;

impl Stray {
    /// All of it in one word.
    pub(super) const fn to_bits(self) -> u64 {
        (self.depth as u64) << 48 | (self.entered.to_slot() as u64) << 32 | self.previous.to_bits() as u64
    }

    /// The stray that [`to_bits`](Self::to_bits) was asked of.
    #[expect(clippy::cast_possible_truncation, reason = "takes the parts out")]
    pub(super) const fn from_bits(bits: u64) -> Self {
        Self {
            depth: (bits >> 48) as u16,
            entered: GroupId::from_slot((bits >> 32) as u16),
            previous: Mark::from_bits(bits as u32),
        }
    }
}

impl Thread {
    pub(super) fn enter_as_stray(&self, group: Group) -> Stray {
        let entered = if slots::of(group.id()).stray_in(group.generation()) {
            group
        } else {
            count_stale_entry();
            // Counted in the slot of the root, so that leaving is the same.
            slots::of(GroupId::ROOT).stray_in(Group::ROOT.generation());
            Group::ROOT
        };
        let previous = self.here().mark();
        if !self.is_stray() {
            self.go_astray();
        }
        self.here().stand(entered.mark());
        let depth = self.strays.get().saturating_add(1);
        self.strays.set(depth);
        Stray { depth, previous, entered: entered.id() }
    }

    pub(super) fn leave_as_stray(&self, stray: Stray) {
        // Otherwise it was left already, with one that was entered before it.
        if stray.depth <= self.strays.get() {
            if stray.depth < DEEPEST {
                self.strays.set(stray.depth.saturating_sub(1));
            }
            if self.is_stray() {
                self.stand_again(stray.previous);
            } else {
                self.here().leave();
                self.go_back();
            }
        }
        slots::of(stray.entered).stray_out();
    }

    /// Makes the group of `previous` the current one again. Its stray still counts it, unless that was left before the one that
    /// goes back to it, and others have come to its depth since.
    fn stand_again(&self, previous: Mark) {
        let is_counted = slots::of(previous.id()).has_strays();
        let is_held = is_counted && slots::group_in(previous.id()).mark() == previous;
        self.here().stand(if is_held { previous } else { Mark::ROOT });
    }

    /// Whether the current group is that of a stray.
    pub(super) fn is_stray(&self) -> bool {
        self.strays.get() > 0
    }

    /// To the place of strays: the last of the row, or where there is no row, that of one who is alone.
    fn go_astray(&self) {
        if self.has_table() {
            self.here.set(self.end.get().wrapping_add(1));
        } else {
            self.here.set(&raw const self.alone);
            self.end.set(&raw const self.alone);
        }
    }

    /// From there to where the first of them came from.
    fn go_back(&self) {
        if ptr::eq(self.here.get(), &raw const self.alone) {
            self.go_home();
        } else {
            self.here.set(self.end.get());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_fits_a_word() {
        let stray = Stray {
            depth: 0xFEDC,
            entered: GroupId::from_slot(0xBA98),
            previous: Group::new(GroupId::from_slot(0x7654), 0x3210).mark(),
        };
        assert_eq!(Stray::from_bits(stray.to_bits()), stray);
    }
}
