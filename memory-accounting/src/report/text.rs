//! The report as a person reads it.

use std::fmt;

use super::columns::declared_amount;
use super::peak::AtPeak;
use super::rows::table;
use super::{MeasuredMoment, MeasuredSlop, MemoryReport};
use crate::allocator::AllocationGroupToken;
use crate::bytes::Bytes;
use crate::grant::MemoryGrant;
use crate::lines::folded;

/// A table of the components, each with everything below it: the declared minimum and firm limit, what is live, how much
/// of the firm limit that is, the peak, what is reserved, and a mark where more is live or reserved than declared. A dash stands where nothing is declared
/// or known, `unbounded` where what is declared has no bound. What nobody declared is over no bound, and said beside what is. Below come the resident size, the grant, the limiter, and who
/// held what at the peak, as far as they are known.
impl fmt::Display for MemoryReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The rows are the report's own; what is written to belongs to the caller.
        let table = AllocationGroupToken::root().scope(|| table(&self.components).to_string());
        if self.allocator_installed == Some(false) {
            write!(f, "{NOT_INSTALLED}\n\n")?;
        }
        f.write_str(&table)?;
        let undeclared = self.undeclared_bytes.filter(|bytes| *bytes > 0);
        if undeclared.is_some()
            || self.resident_bytes.is_some()
            || self.grant.is_some()
            || self.limiter.is_some()
            || self.peak.is_some()
        {
            writeln!(f)?;
        }
        if let Some(bytes) = undeclared {
            write!(f, "\nundeclared: {} that no component declares", Bytes(bytes))?;
        }
        if let Some(bytes) = self.resident_bytes {
            self.write_resident(bytes, f)?;
        }
        if let Some(grant) = &self.grant {
            write!(f, "\ngrant: ")?;
            write_grant(grant, self.components.total_declared.firm_limit, f)?;
        }
        if let Some(slop) = &self.slop {
            write_slop(slop, f)?;
        }
        if let Some(limiter) = &self.limiter {
            let line = AllocationGroupToken::root().scope(|| folded(&format!("limiter: {limiter}")));
            write!(f, "\n{line}")?;
        }
        if let Some(peak) = &self.peak {
            let at_peak = AtPeak { peak, peak_bytes: self.components.total_peak_bytes };
            let line = AllocationGroupToken::root().scope(|| folded(&at_peak.to_string()));
            write!(f, "\n{line}")?;
        }
        Ok(())
    }
}

impl MemoryReport {
    /// What is in physical memory, and how much of that counts: the two are far apart in most programs, and nobody should take the one for the other.
    fn write_resident(&self, bytes: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\nresident: {}", Bytes(bytes))?;
        let is_less = self.components.total_live.is_some_and(|live| live.bytes > bytes);
        if is_less {
            f.write_str(", less than what is live: pages take no memory until they are touched")?;
        }
        match self.limiter.as_ref().and_then(|limiter| limiter.ledger.resident_bytes) {
            Some(counted) if counted <= bytes as u64 => write!(
                f,
                ";\n  {} of it count against the limit: the rest is code, libraries and other files, which the kernel can take back",
                Bytes(counted)
            ),
            Some(counted) => write!(
                f,
                ";\n  {} count against the limit, with what else is in the control group",
                Bytes(counted)
            ),
            None if is_less => Ok(()),
            None => f.write_str(" (code, libraries and other files too, which the kernel can take back)"),
        }
    }
}

/// What is set aside, beside what that would have to be.
fn write_slop(slop: &MeasuredSlop, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let MeasuredSlop { set_aside_bytes, needed_bytes, needed_factor, overhead, undeclared, .. } = slop;
    let (were, advice) = match overhead.measured {
        MeasuredMoment::AtMost => ("were needed at most", ""),
        MeasuredMoment::Now => ("are needed now", "; no limiter has watched what was before"),
    };
    let but_now = match (overhead.measured, undeclared.measured) {
        (MeasuredMoment::AtMost, MeasuredMoment::Now) => " now",
        _ => "",
    };
    let (needed, set_aside) = (Bytes(*needed_bytes), Bytes(*set_aside_bytes));
    let (overhead, undeclared) = (Bytes(overhead.bytes), Bytes(undeclared.bytes));
    write!(f, "\nslop: {set_aside} are set aside for what nobody declares;")?;
    write!(f, "\n  {needed} {were} ({overhead} beside the heap, {undeclared} undeclared{but_now}), ")?;
    match needed_factor {
        Some(factor) => write!(f, "which a slop of {:.0} % sets aside", factor * 100.0)?,
        None => f.write_str("as much as the limit or more")?,
    }
    f.write_str(advice)
}

/// What is missing where all live bytes are dashes.
const NOT_INSTALLED: &str = "\
nothing is known of live memory, because the tracking allocator is not installed; write in the program's main.rs:
  #[global_allocator]
  static ALLOCATOR: memory_accounting::allocator::TrackingAllocator<std::alloc::System> =
      memory_accounting::allocator::TrackingAllocator::new(std::alloc::System);";

fn write_grant(grant: &MemoryGrant, firm_limit: Option<usize>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let available = grant.effective_limit_bytes();
    write!(f, "{}", Bytes(available))?;
    if grant.slop_factor() > 0.0 {
        let percent = grant.slop_factor() * 100.0;
        write!(f, " ({} less {percent:.1} % slop)", Bytes(grant.initial_limit_bytes()))?;
    }
    match firm_limit {
        Some(0) => write!(f, ", nothing is declared"),
        Some(declared) if declared <= available => write!(f, ", {} declared fit", Bytes(declared)),
        declared => write!(f, ", {} declared do not fit", declared_amount(declared)),
    }
}
