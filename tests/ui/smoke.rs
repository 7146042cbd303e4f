//! A few of the programs once more, as a package that depends on the library and is built by Cargo: what `ui.rs` leaves out.
//!
//! Both are held to the same files, so the compiler is called there as Cargo calls it, and messages are kept as `trybuild` keeps them. All
//! programs would take minutes, and the library with all it depends on is built a second time even for these.

#[test]
fn cargo_and_trybuild_say_the_same() {
    let programs = trybuild::TestCases::new();
    programs.pass("pass/shapes/named.rs");
    programs.compile_fail("fail/accounting/vec_without_attribute.rs");
    // Seen when code is generated, and told with places in the library.
    programs.compile_fail("fail/accounting/generic_used_with_an_owner.rs");
    // Told with a list of types that depends on the library's features.
    programs.compile_fail("fail/traits/generic_setting_that_is_none.rs");
    programs.compile_fail("fail/statements/several_mistakes_in_one_attribute.rs");
}
