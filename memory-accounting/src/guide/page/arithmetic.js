// Arithmetic of the natural numbers and, above them all, unbounded, which is null: what overflows and what has no limit. It is that of
// `expr/arithmetic.rs`.

const UNBOUNDED = null;

/** The operations where `greatest` is the greatest number that can be counted. */
function arithmeticUpTo(greatest) {
    const counted = (number) => (number > greatest ? UNBOUNDED : number);
    const isUnbounded = (a, b) => a === UNBOUNDED || b === UNBOUNDED;
    return {
        sum: (a, b) => (isUnbounded(a, b) ? UNBOUNDED : counted(a + b)),
        product(a, b) {
            if (a === 0n || b === 0n) return 0n;
            return isUnbounded(a, b) ? UNBOUNDED : counted(a * b);
        },
        greater: (a, b) => (isUnbounded(a, b) ? UNBOUNDED : a > b ? a : b),
        lesser(a, b) {
            if (a === UNBOUNDED) return b;
            return b === UNBOUNDED || a < b ? a : b;
        },
        /** Never below zero. */
        difference(minuend, subtrahend) {
            if (minuend === UNBOUNDED) return UNBOUNDED;
            return subtrahend === UNBOUNDED || subtrahend > minuend ? 0n : minuend - subtrahend;
        },
        /** Rounds up; a divisor of zero counts as one. */
        quotient(dividend, divisor) {
            if (dividend === UNBOUNDED) return UNBOUNDED;
            if (divisor === UNBOUNDED) return dividend > 0n ? 1n : 0n;
            const by = divisor > 0n ? divisor : 1n;
            return (dividend + by - 1n) / by;
        },
        /** 0 for 0. */
        nextPowerOfTwo(value) {
            if (value === UNBOUNDED || value <= 1n) return value;
            return counted(1n << BigInt((value - 1n).toString(2).length));
        },
    };
}
