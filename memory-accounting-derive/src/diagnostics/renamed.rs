//! Whether the runtime crate has another name where the macro is used.
//!
//! Generated code names it `::memory_accounting`. Where the dependency is renamed in `Cargo.toml`, the compiler would only say
//! that there is no such crate, and a macro has no say in that message. So it looks at what the compiler was told, its
//! `--extern` arguments, to say it first. Where they cannot be seen, as in an editor's macro server, the compiler's own message
//! is shown.
//!
//! What compiles depends on it in one case. `extern crate its_name as memory_accounting;` in the crate's root gives the runtime its own
//! name back, which no macro can see: the path is good, and the declaration is refused all the same until it has
//! `#[bounds(crate = ::its_name)]`, which is good either way.

use proc_macro2::Span;
use syn::Path;

use super::Errors;

/// The only name under which a compiler with these `arguments` knows the runtime crate, if that is not its own.
pub(crate) fn name_of_the_runtime(arguments: impl Iterator<Item = String>) -> Option<String> {
    let (mut names, mut behind_extern) = (Vec::new(), false);
    for argument in arguments {
        let given = if behind_extern { Some(argument.as_str()) } else { argument.strip_prefix("--extern=") };
        if let Some((name, path)) = given.and_then(|given| given.split_once('=')) {
            if is_the_runtime(path) {
                // Options such as `priv:` stand in front.
                names.push(name.rsplit(':').next().unwrap_or(name).to_owned());
            }
        }
        behind_extern = argument == "--extern";
    }
    match names.as_slice() {
        [name] if name != RUNTIME => Some(name.clone()),
        _ => None,
    }
}

const RUNTIME: &str = "memory_accounting";

/// Whether the library at `path` is called as the compiler calls that of the runtime: `libmemory_accounting-4f1a.rmeta`.
fn is_the_runtime(path: &str) -> bool {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.strip_prefix("lib").and_then(|name| name.split(['-', '.']).next()) == Some(RUNTIME)
}

/// Where the runtime crate is, if it has another name that nobody told.
pub(crate) fn renamed_crate(name: &str, errors: &mut Errors) -> Option<Path> {
    errors.at(
        Span::call_site(),
        format!("the crate `memory_accounting` is called `{name}` here; write `#[bounds(crate = ::{name})]` on the type"),
    );
    syn::parse_str(&format!("::{name}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(arguments: &str) -> Option<String> {
        name_of_the_runtime(arguments.split(' ').map(str::to_owned))
    }

    #[test]
    fn a_renamed_dependency_is_found() {
        for arguments in [
            "rustc --edition=2024 --extern accounting=/d/libmemory_accounting-4f1a.rmeta --extern serde=/d/libserde-1.rmeta",
            "rustc --extern=accounting=libmemory_accounting.rlib",
            "rustc --extern priv,noprelude:accounting=C:\\d\\libmemory_accounting-4f1a.rlib",
        ] {
            assert_eq!(name(arguments).as_deref(), Some("accounting"), "{arguments}");
        }
    }

    #[test]
    fn its_own_name_is_no_other() {
        for arguments in [
            "rustc --extern memory_accounting=/d/libmemory_accounting-4f1a.rmeta",
            "rustc --extern memory_accounting=/d/libmemory_accounting-1.rmeta --extern old=/d/libmemory_accounting-2.rmeta",
            "rustc --extern derive=/d/libmemory_accounting_derive-1.so --extern memory=/d/libmemory-1.rmeta",
            "rustc accounting=/d/libmemory_accounting-1.rmeta --extern",
            "server",
        ] {
            assert_eq!(name(arguments), None, "{arguments}");
        }
    }

    #[test]
    fn of_two_names_none_is_the_one() {
        assert_eq!(
            name(
                "rustc --extern a=/d/libmemory_accounting-1.rmeta --extern b=/d/libmemory_accounting-2.rmeta"
            ),
            None
        );
    }
}
