//! Programs that must compile and run, and programs that must not compile, with the message their author reads.
//!
//! Every file `fail/TOPIC/NAME.rs` fails to compile with what stands in `NAME.stderr`, byte for byte. Beside it `NAME.obeyed.rs` does
//! what the message says, compiles and runs; or the file ends in a line `// obeyed: …` with the reason why there is no such program.
//! Every file `pass/TOPIC/NAME.rs` compiles and runs.
//!
//! `UI=overwrite cargo test --package memory-accounting-ui` writes the messages as they are now; `UI_CASES=TEXT` runs only the programs
//! whose path contains the text.
//!
//! Each program is one run of the compiler, with the libraries that this test itself was built with; nothing is built a second time.

mod harness;
mod versions;

use harness::{Compiled, Compiler, Program, each};

#[test]
fn programs_that_pass_compile_and_run() {
    let compiler = Compiler::of_this_test();
    each(Program::all_in("pass"), |program| compiler.run(program));
}

#[test]
fn programs_that_fail_say_what_to_write() {
    let compiler = Compiler::of_this_test();
    each(Program::failing(), |program| match compiler.compile(program) {
        Compiled::Refused(message) => program.compare(&message),
        Compiled::Accepted(_) => Err("it compiles, and should not".to_owned()),
    });
}

#[test]
fn programs_that_obey_compile_and_run() {
    let compiler = Compiler::of_this_test();
    each(Program::obeying(), |program| compiler.run(program));
}

#[test]
fn every_file_belongs_to_a_program() {
    assert_eq!(Program::strays(), Vec::<std::path::PathBuf>::new());
}

/// A list that only gets shorter: an entry that is done must go, and what is new must not come.
#[test]
fn every_message_is_obeyed_or_says_why_not() {
    let listed: Vec<&str> = include_str!("not_obeyed_yet").lines().collect();
    assert!(listed.is_sorted(), "the list is not in order");
    let lacking: Vec<_> = Program::failing().into_iter().filter(Program::lacks_an_obedient_one).collect();
    let lacking: Vec<&str> = lacking.iter().map(Program::name).collect();
    let new: Vec<_> = lacking.iter().filter(|name| !listed.contains(name)).collect();
    assert!(
        new.is_empty(),
        "nothing obeys the messages of {new:#?}\nwrite beside each a NAME.obeyed.rs, or end it with a line `// obeyed: why there is none`"
    );
    let done: Vec<_> = listed.iter().filter(|name| !lacking.contains(name)).collect();
    assert!(done.is_empty(), "no longer lacking, take it from the list `not_obeyed_yet`: {done:#?}");
}
