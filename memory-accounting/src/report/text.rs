//! The report as a person reads it.

use std::fmt;

use super::MemoryReport;
use super::columns::declared_amount;
use super::rows::table;
use crate::allocator::AllocationGroupToken;
use crate::bytes::Bytes;
use crate::grant::MemoryGrant;
use crate::lines::folded;

/// A table of the components, each with everything below it: the declared minimum and firm limit, what is live, how much
/// of the firm limit that is, the peak, what is reserved, and a mark where more is live or reserved than declared. A dash stands where nothing is declared
/// or known, `unbounded` where what is declared has no bound. Below come the resident size, the grant and the limiter, as
/// far as they are known.
impl fmt::Display for MemoryReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The rows are the report's own; what is written to belongs to the caller.
        let table = AllocationGroupToken::root().scope(|| table(&self.components));
        table.fmt(f)?;
        if self.resident_bytes.is_some() || self.grant.is_some() || self.limiter.is_some() {
            writeln!(f)?;
        }
        if let Some(bytes) = self.resident_bytes {
            write!(f, "\nresident: {}", Bytes(bytes))?;
        }
        if let Some(grant) = &self.grant {
            write!(f, "\ngrant: ")?;
            write_grant(grant, self.components.total_declared.firm_limit, f)?;
        }
        if let Some(limiter) = &self.limiter {
            let line = AllocationGroupToken::root().scope(|| folded(&format!("limiter: {limiter}")));
            write!(f, "\n{line}")?;
        }
        Ok(())
    }
}

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
