//! The report as a person reads it.

use std::fmt;

use super::columns::declared_amount;
use super::rows::table;
use super::MemoryReport;
use crate::allocator::AllocationGroupToken;
use crate::bytes::Bytes;
use crate::grant::MemoryGrant;
use crate::lines::folded;

/// A table of the components, each with everything below it: the declared minimum and firm limit, what is live, how much
/// of the firm limit that is, the peak, what is reserved, and a mark where more is live or reserved than declared. A dash stands where nothing is declared
/// or known, `unbounded` where what is declared has no bound. What nobody declared is in no percentage and over no bound. Below come the resident size, the grant and the limiter, as
/// far as they are known.
impl fmt::Display for MemoryReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The rows are the report's own; what is written to belongs to the caller.
        let table = AllocationGroupToken::root().scope(|| table(&self.components));
        table.fmt(f)?;
        if self.allocator_installed == Some(false) {
            write!(f, "\n\n{NOT_INSTALLED}")?;
        }
        let undeclared = self.undeclared_bytes.filter(|bytes| *bytes > 0);
        if undeclared.is_some()
            || self.resident_bytes.is_some()
            || self.grant.is_some()
            || self.limiter.is_some()
        {
            writeln!(f)?;
        }
        if let Some(bytes) = undeclared {
            write!(f, "\nundeclared: {} that no component claims", Bytes(bytes))?;
        }
        if let Some(bytes) = self.resident_bytes {
            write!(f, "\nresident: {}", Bytes(bytes))?;
            if self.components.total_live.is_some_and(|live| live.bytes > bytes) {
                f.write_str(", less than what is live: pages take no memory until they are touched")?;
            }
        }
        if let Some(grant) = &self.grant {
            write!(f, "\ngrant: ")?;
            write_grant(grant, self.components.total_declared.firm_limit, f)?;
            if let Some(overhead) = self.overhead_bytes() {
                write_slop(grant, overhead, self.undeclared_bytes.unwrap_or(0) as u64, f)?;
            }
        }
        if let Some(limiter) = &self.limiter {
            let line = AllocationGroupToken::root().scope(|| folded(&format!("limiter: {limiter}")));
            write!(f, "\n{line}")?;
        }
        Ok(())
    }
}

impl MemoryReport {
    /// Resident bytes beside the heap: as the limiter has learnt them, or else what is resident beyond what is live.
    fn overhead_bytes(&self) -> Option<u64> {
        let measured = || {
            let live = self.components.total_live?;
            Some(self.resident_bytes?.saturating_sub(live.bytes) as u64)
        };
        self.limiter.as_ref().map(|limiter| limiter.ledger.overhead_bytes).or_else(measured)
    }
}

/// What the slop is for, beside what it would have to be now.
fn write_slop(
    grant: &MemoryGrant,
    overhead: u64,
    undeclared: u64,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let limit = grant.initial_limit_bytes();
    let slop = limit.saturating_sub(grant.effective_limit_bytes());
    let needed = overhead.saturating_add(undeclared);
    let hundredfold = u128::from(needed).saturating_mul(100);
    let Some(whole) = hundredfold.checked_div(limit as u128) else { return Ok(()) };
    let percent = whole.saturating_add(u128::from(whole.saturating_mul(limit as u128) < hundredfold));
    write!(
        f,
        "\nslop: {} are set aside for what nobody declares;\n  {} are needed now ({} beside the heap, {} undeclared), {percent} % of the limit",
        Bytes(slop),
        Bytes(needed),
        Bytes(overhead),
        Bytes(undeclared)
    )
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
