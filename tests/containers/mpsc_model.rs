//! A model of the list of blocks of tokio's `mpsc` channel, in which who uses it decides when each thread takes its next step.

/// What is shared: `src/sync/mpsc/list.rs` and `block.rs` of tokio 1.54, with blocks numbered from 0 instead of linked.
pub(crate) struct List {
    block_size: usize,
    /// The blocks that ever were. Of those the ones from `oldest` are there.
    blocks: Vec<Block>,
    block_tail: usize,
    /// The position that is claimed next.
    tail_position: usize,
    /// How many items there is room for.
    permits: usize,
    /// What threads have allocated that is not in the chain yet.
    pending: usize,
    /// The receiver's: its position, the block of that, and the oldest block.
    index: usize,
    head: usize,
    oldest: usize,
    /// A block that was taken out of the chain: behind which one it is tried to be put, and how often it was.
    taken: Option<(usize, usize)>,
}

#[derive(Clone, Default)]
pub(crate) struct Block {
    written: Vec<bool>,
    full: bool,
    released_at: Option<usize>,
}

impl List {
    pub(crate) fn new(block_size: usize, items: usize) -> Self {
        let mut list = Self {
            block_size,
            blocks: Vec::new(),
            block_tail: 0,
            tail_position: 0,
            permits: items,
            pending: 0,
            index: 0,
            head: 0,
            oldest: 0,
            taken: None,
        };
        list.push_block();
        list
    }

    fn push_block(&mut self) {
        self.blocks.push(Block { written: vec![false; self.block_size], full: false, released_at: None });
    }

    fn end(&self) -> usize {
        self.blocks.len() - 1
    }

    pub(crate) fn allocated(&self) -> usize {
        self.end() + 1 - self.oldest + self.pending + usize::from(self.taken.is_some())
    }

    /// One step of the receiver: `Rx::pop`, `Rx::reclaim_blocks`, `Tx::reclaim_block`.
    pub(crate) fn receive(&mut self) {
        if let Some((behind, tries)) = self.taken {
            self.taken = if behind == self.end() {
                self.push_block();
                None
            } else {
                (tries < 3).then_some((behind + 1, tries + 1))
            };
            return;
        }
        self.head = (self.index / self.block_size).min(self.end());
        if self.head != self.index / self.block_size {
            return;
        }
        if self.oldest < self.head && self.blocks[self.oldest].released_at.is_some_and(|at| at <= self.index)
        {
            self.oldest += 1;
            self.taken = Some((self.block_tail, 1));
        } else if self.blocks[self.head].written[self.index % self.block_size] {
            self.index += 1;
            self.permits += 1;
        }
    }

    pub(crate) fn receive_all(&mut self) {
        for _ in 0..8 * self.blocks.len() * self.block_size {
            self.receive();
        }
    }
}

/// A thread that sends, and what it does next.
#[derive(Clone, Copy, Default)]
pub(crate) struct Thread {
    pub(crate) next: Next,
    position: usize,
    /// The block it has come to, and whether it still tries to move `block_tail`.
    at: usize,
    tries: bool,
    pub(crate) suspended: usize,
}

#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Next {
    #[default]
    Claim,
    Load,
    Walk,
    Allocate,
    Link(usize),
    Check,
    Move,
    Observe,
    Release(usize),
    Write,
}

impl Thread {
    /// One step of `Tx::push`: `Tx::find_block`, `Block::grow`, `Block::tx_release`, `Block::write`.
    pub(crate) fn step(&mut self, list: &mut List) {
        let (block, offset) = (self.position / list.block_size, self.position % list.block_size);
        match self.next {
            Next::Claim if list.permits == 0 => {}
            Next::Claim => {
                list.permits -= 1;
                self.position = list.tail_position;
                list.tail_position += 1;
                self.next = Next::Load;
            }
            Next::Load => {
                self.at = list.block_tail;
                self.tries = block - self.at > offset;
                self.next = Next::Walk;
            }
            Next::Walk if self.at == block => self.next = Next::Write,
            Next::Walk => self.next = if self.at < list.end() { Next::Check } else { Next::Allocate },
            Next::Allocate => {
                list.pending += 1;
                self.next = Next::Link(self.at);
            }
            Next::Link(behind) if behind == list.end() => {
                list.pending -= 1;
                list.push_block();
                self.next = Next::Check;
            }
            Next::Link(behind) => self.next = Next::Link(behind + 1),
            Next::Check => {
                self.tries &= list.blocks[self.at].full;
                self.next = if self.tries { Next::Move } else { self.go_on() };
            }
            Next::Move if list.block_tail == self.at => {
                list.block_tail += 1;
                self.next = Next::Observe;
            }
            Next::Move => {
                self.tries = false;
                self.next = self.go_on();
            }
            Next::Observe => self.next = Next::Release(list.tail_position),
            Next::Release(position) => {
                list.blocks[self.at].released_at = Some(position);
                self.next = self.go_on();
            }
            Next::Write => {
                let block = &mut list.blocks[block];
                block.written[offset] = true;
                block.full = block.written.iter().all(|written| *written);
                self.next = Next::Claim;
            }
        }
    }

    fn go_on(&mut self) -> Next {
        self.at += 1;
        Next::Walk
    }

    pub(crate) fn until(&mut self, list: &mut List, next: Next) {
        self.step(list);
        while self.next != next {
            self.step(list);
        }
    }
}
