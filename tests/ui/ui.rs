//! Programs that must compile and run, and programs that must not compile, with the message their author reads.

#[test]
fn declarations_compile_or_say_what_to_write() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*/*.rs");
    cases.compile_fail("fail/*/*.rs");
}
