//! Us against other allocators and peers, side by side.
