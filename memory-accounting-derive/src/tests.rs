//! What the whole macro answers: the mistakes it finds, and what the code of a declaration says.

mod amounts;
mod any_declaration;
mod generated;
mod keys;
mod mistakes;
mod settings;
