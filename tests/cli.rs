//! The operators' tool as it is called, on what the example agent declares.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use memory_accounting::{ComponentBounds, ComponentRegistry, Guide, MemoryGrant, UsageExpr};
use serde_json::{Value, json};
use tower::ServiceExt;

use service::{Cache, Index, Receiver, Service};

#[path = "browser/pages/service.rs"]
mod service;

static TOOL: LazyLock<PathBuf> = LazyLock::new(|| {
    built(&["--package", "memory-accounting", "--features", "cli", "--bin", "memory-bounds"], "memory-bounds")
});

static AGENT: LazyLock<PathBuf> =
    LazyLock::new(|| built(&["--package", "memory-accounting-examples", "--example", "statsd"], "statsd"));

/// The bounds of the agent as it is.
static BOUNDS: LazyLock<String> = LazyLock::new(|| bounds_of("usual", &[]));

/// The program called `name`, as cargo builds it.
fn built(arguments: &[&str], name: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .arg("build")
        .args(arguments)
        .arg("--message-format=json")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{name} does not build");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .unwrap()
}

/// What a program said, and how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    code: Option<i32>,
    output: String,
    errors: String,
}

fn run(program: &Path, arguments: &[&str], input: &str) -> Said {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who does not read it may have ended by now.
    _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), output: text(output.stdout), errors: text(output.stderr) }
}

fn ask(arguments: &[&str]) -> Said {
    run(&TOOL, arguments, "")
}

/// A file for one test.
fn file(name: &str, content: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A file with the bounds that the agent prints when it is started so.
fn bounds_of(name: &str, arguments: &[&str]) -> String {
    let printed = run(&AGENT, &[arguments, &["--print-bounds"]].concat(), "");
    assert_eq!((printed.code, printed.errors.as_str()), (Some(0), ""));
    file(&format!("{name}.json"), &printed.output)
}

/// The blocks of the README.
fn readme(begin: &str) -> &'static str {
    let blocks = include_str!("../README.md").split("```text\n").skip(1);
    let mut blocks = blocks.filter_map(|rest| rest.split("\n```").next());
    blocks.find(|block| block.starts_with(begin)).unwrap()
}

#[test]
fn check_says_what_the_start_says() {
    let started = run(&AGENT, &["--limit", "20MiB"], "");
    let said = ask(&["check", &BOUNDS, "--limit", "20MiB"]);
    assert_eq!((started.code, said.code), (Some(1), Some(1)));
    assert_eq!(started.errors.strip_prefix("statsd: "), Some(said.output.as_str()));
    assert_eq!(said.errors, "");
}

#[test]
fn values_of_the_agents_file_are_those_that_it_would_start_with() {
    let settings = file(
        "agent.toml",
        "[source]\npacket_buffers = 4096\naddress = \"127.0.0.1:0\"\n[aggregator]\ncontext_limit = 20000\n",
    );
    let started = run(&AGENT, &["--limit", "20MiB", "--config", &settings], "");
    let said = ask(&["check", &BOUNDS, "--limit", "20MiB", "--settings", &settings, "--unused"]);
    let changed =
        "aggregator:aggregator.context_limit: 4,096 → 20,000\nsource:source.packet_buffers: 64 → 4,096\n";
    assert_eq!(started.errors.strip_prefix("statsd: "), said.output.strip_prefix(changed));
    assert_eq!(said.errors, "memory-bounds: `source.address` is no setting of the bounds\n");
    let bounds = bounds_of("with-file", &["--config", &settings]);
    assert_eq!(ask(&["show", "--full", &bounds]), ask(&["show", "--full", &BOUNDS, "--settings", &settings]));
}

#[test]
fn the_readme_shows_what_is_said() {
    let settings = file("nothing.toml", "");
    let asked = ["check", &BOUNDS, "--limit", "20MiB", "--settings", &settings, "--set"];
    let said = ask(&[&asked[..], &["aggregator:context_limit=2000"]].concat());
    assert_eq!(said.output, format!("{}\n", readme("aggregator:aggregator.context_limit")));
    assert_eq!((said.code, said.errors.as_str()), (Some(0), ""));
}

#[test]
fn exit_codes_tell_what_fits_what_does_not_and_what_was_no_question() {
    let code = |arguments: &[&str]| ask(&[&[arguments[0], &BOUNDS], &arguments[1..]].concat()).code;
    for (arguments, expected) in [
        (&["check", "--limit", "1GiB"][..], 0),
        (&["check", "--limit", "1GiB", "--json"], 0),
        (&["check", "--limit", "20MiB", "--json"], 1),
        (&["check", "--limit", "1GiB", "--set", "context_limit=unlimited"], 1),
        (&["check", "--limit", "1GiB", "--slop", "99%"], 1),
        (&["check", "--limit", "0"], 2),
        (&["check", "--limit", "1GiB", "--slop", "100%"], 2),
        (&["check", "--limit", "1GiB", "--set", "port=1"], 2),
        (&["check"], 2),
        (&["show"], 0),
        (&["what-if"], 0),
        (&["what-if", "--limit", "1GiB"], 0),
        (&["what-if", "--limit", "20MiB"], 1),
        (&["solve", "--limit", "20MiB", "--key", "context_limit"], 0),
        (&["solve", "--limit", "20MiB", "--key", "piece_bytes"], 1),
        (&["solve", "--limit", "20MiB", "--key", "port"], 2),
        (&["diff", &BOUNDS], 0),
        (&["kubernetes"], 0),
        (&["kubernetes", "--set", "context_limit=unlimited"], 1),
        (&["explode"], 2),
    ] {
        assert_eq!(code(arguments), Some(expected), "{arguments:?}");
    }
    assert_eq!(ask(&["--version"]).output, concat!("memory-bounds ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// The service with what `tests/browser` holds the exports of its guide to.
fn exported_service() -> Service {
    Service {
        cache: Cache { max_entries: 1500, index: Index { max_entries: 20 } },
        receiver: Receiver { buffers: 8, ..Receiver::default() },
        ..Service::default()
    }
}

fn service_bounds(name: &str, service: &Service) -> String {
    file(name, &serde_json::to_string(&ComponentBounds::of(service)).unwrap())
}

#[test]
fn what_the_guide_exports_is_read_by_the_service_and_by_the_tool() {
    let expected = exported_service();
    assert_eq!(
        serde_json::from_str::<Service>(include_str!("browser/exports/service.json")).unwrap(),
        expected
    );
    assert_eq!(toml::from_str::<Service>(include_str!("browser/exports/service.toml")).unwrap(), expected);
    assert_eq!(
        yaml_serde::from_str::<Service>(include_str!("browser/exports/service.yaml")).unwrap(),
        expected
    );

    let bounds = service_bounds("service.json", &Service::default());
    let show_expected = ask(&["show", "--full", &service_bounds("service-expected.json", &expected)]);
    for format in ["toml", "yaml", "json"] {
        let exported = format!("{}/browser/exports/service.{format}", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(ask(&["show", "--full", "--unused", "--settings", &exported, &bounds]), show_expected);
    }
    let set =
        ["--set", "cache.max_entries=1500", "--set", "cache.index:max_entries=20", "--set", "buffers=8"];
    assert_eq!(ask(&[&["show", "--full", &bounds], &set[..]].concat()), show_expected);
}

#[test]
fn a_file_that_the_service_would_not_read_so_is_not_read_so() {
    let bounds = service_bounds("flat-service.json", &Service::default());
    let settings = file(
        "flat.toml",
        "max_entries = 1\nname = \"x\"\n[shard.1]\nmax_entries = 3\n[[shards]]\nmax_entries = 5\n",
    );
    let said = ask(&["check", &bounds, "--limit", "20MiB", "--settings", &settings]);
    assert_eq!(
        said.errors,
        "memory-bounds: `max_entries` is no setting of the bounds; near it: `cache.max_entries`\n"
    );
    assert!(said.output.starts_with("shard.0:max_entries: 7 → 5\nmemory limit: "), "{}", said.output);
}

#[test]
fn keys_that_nearly_name_a_setting_are_told() {
    let settings = file(
        "misspelt.toml",
        "[agregator]\ncontext_limit = 1\n[aggregator]\nmax-context-bytes = 2\n[source]\naddress = \"a:1\"\n[memroy]\nslop = 1\n[memory]\nlimt = 1\nmode = \"strict\"\n",
    );
    let said = ask(&["check", &BOUNDS, "--limit", "64MiB", "--settings", &settings]);
    let mut errors: Vec<&str> = said.errors.lines().collect();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            "memory-bounds: `aggregator.max-context-bytes` is no setting of the bounds; near it: `aggregator.max_context_bytes`",
            "memory-bounds: `agregator.context_limit` is no setting of the bounds; near it: `aggregator.context_limit`",
            "memory-bounds: `memory.limt` is no setting of the bounds; near it: `memory.limit`",
            "memory-bounds: `memroy.slop` is no setting of the bounds; near it: `memory.slop`",
        ]
    );
    assert_eq!(said.code, Some(0));
    for name in ["cotext_limit", "context-limit"] {
        let said = ask(&["check", &BOUNDS, "--limit", "64MiB", "--set", &format!("{name}=2000")]);
        let near = format!(
            "memory-bounds: no setting is called `{name}`; near it: `aggregator:aggregator.context_limit`"
        );
        assert!(said.errors.starts_with(&near), "{}", said.errors);
    }
}

#[test]
fn the_limit_is_that_of_the_programs_file() {
    let settings = file("limited.toml", "[memory]\nlimit = \"25MiB\"\nslop_factor = 0.3\n");
    let started = run(&AGENT, &["--config", &settings], "");
    let said = ask(&["check", &BOUNDS, "--settings", &settings]);
    assert_eq!((started.code, said.code), (Some(1), Some(1)));
    assert_eq!(started.errors.strip_prefix("statsd: "), Some(said.output.as_str()));
    assert!(
        said.output.contains("\nthe limit is 25.0 MiB (set by memory.limit), less 7.5 MiB "),
        "{}",
        said.output
    );
    assert!(said.output.contains("\nraise memory.limit to "), "{}", said.output);

    let with_limit = ask(&["check", &BOUNDS, "--settings", &settings, "--limit", "30MiB"]);
    assert!(with_limit.output.contains("30.0 MiB (set by --limit), less 9.0 MiB "), "{}", with_limit.output);
    let with_slop = ask(&["check", &BOUNDS, "--settings", &settings, "--slop", "1MiB"]);
    assert!(
        with_slop.output.contains("25.0 MiB (set by memory.limit), less 1.0 MiB "),
        "{}",
        with_slop.output
    );

    let permissive = file("permissive.toml", "[service.start]\nlimit = \"20MiB\"\nmode = \"permissive\"\n");
    let said = ask(&["check", &BOUNDS, "--settings", &permissive, "--startup", "service.start"]);
    let all_the_same =
        "\nservice.start.mode is permissive: the program starts all the same, with a warning\n";
    assert!(said.output.ends_with(all_the_same), "{}", said.output);
    let missing = ask(&["check", &BOUNDS, "--settings", &permissive, "--startup", "memory"]);
    assert_eq!(missing.errors, format!("memory-bounds: {permissive} has no table `memory`\n"));
    let wrong = file("wrong.toml", "[memory]\nslop_factor = \"much\"\n");
    let said = ask(&["check", &BOUNDS, "--settings", &wrong, "--limit", "1GiB"]);
    assert!(said.errors.starts_with(&format!("memory-bounds: {wrong}, `memory`: ")), "{}", said.errors);
    assert_eq!(said.code, Some(2));
}

#[test]
fn a_value_that_the_program_refuses_is_neither_proposed_nor_tried() {
    let solved = ask(&["solve", &BOUNDS, "--limit", "22MiB", "--key", "max_request_bytes"]);
    let [verdict, _, range, ..] = &solved.output.lines().collect::<Vec<_>>()[..] else {
        panic!("{solved:?}")
    };
    assert_eq!(
        (*verdict, *range, solved.code),
        (
            "destination:destination.max_request_bytes fits with no value it takes (8192 to 65536); something else has to be lowered",
            "it takes 8192 to 65536",
            Some(1),
        )
    );
    let refused = "`destination:destination.max_request_bytes` takes 8192 to 65536, not 6117";
    for tried in [&["check", "--limit", "22MiB", "--set"], &["what-if", "--limit", "22MiB", "--set"]] {
        let said = ask(&[&[tried[0], &BOUNDS], &tried[1..], &["max_request_bytes=6117"]].concat());
        assert!(said.errors.contains(refused), "{said:?}");
        assert_eq!(said.code, Some(2));
    }
}

#[test]
fn what_holds_no_bounds_is_told_apart() {
    let how = "a program writes them with `serde_json::to_writer(file, &registry.as_bounds())`";
    for (name, content, wrong) in [
        ("empty", " \n", "it is empty"),
        ("text", "hello", "it is no JSON: expected value at line 1 column 1"),
        (
            "exprs",
            r#"[{"name":"root.min","expr":{"type":"Config","name":"a","value":1}}]"#,
            "it is the list of `to_exprs`, which is made for reading alone",
        ),
        (
            "expression",
            r#"{"type":"Config","name":"a","value":1}"#,
            "it is one expression, not the components",
        ),
    ] {
        let path = file(name, content);
        let said = ask(&["show", &path]);
        assert_eq!(said.errors, format!("memory-bounds: {path} holds no bounds: {wrong}; {how}\n"));
        assert_eq!((said.code, said.output.as_str()), (Some(2), ""));
    }
    let said = run(&TOOL, &["show", "-"], "{}");
    let wrong = "standard input holds no bounds: nothing is declared in it";
    assert_eq!(said.errors, format!("memory-bounds: {wrong}; {how}, once all components are registered\n"));
    let said = ask(&["show", "no/such/file"]);
    assert_eq!(
        said.errors,
        "memory-bounds: cannot read no/such/file: No such file or directory (os error 2)\n"
    );
}

#[test]
fn bounds_are_read_from_standard_input_too() {
    let bounds = std::fs::read_to_string(&*BOUNDS).unwrap();
    assert_eq!(run(&TOOL, &["show", "-"], &bounds), ask(&["show", &BOUNDS]));
}

#[test]
fn a_settings_file_that_cannot_be_used_says_where() {
    let error = |name: &str, content: &str, more: &[&str]| {
        let path = file(name, content);
        let said = ask(&[&["show", &BOUNDS, "--settings", &path], more].concat());
        assert_eq!((said.code, said.output.as_str()), (Some(2), ""));
        said.errors.strip_prefix(&format!("memory-bounds: {path}")).unwrap().to_owned()
    };
    let negative = r#"{"source": {"packet_buffers": -1}}"#;
    assert_eq!(
        error("negative.json", negative, &[]),
        format!(
            ", `source.packet_buffers`: `-1` is no value; write a whole number, a size such as 64MiB, `true`, `false` or `unlimited`, up to {}\n",
            usize::MAX
        )
    );
    assert_eq!(error("negative.json", negative, &["--under", "a.b"]), " has no table `a.b`\n");
    assert_eq!(
        error("settings.ini", "", &[]),
        " is in no format that is known; its name must end in .toml, .yaml, .yml or .json\n"
    );
    assert!(
        error("broken.toml", "a = [", &[]).starts_with(" cannot be understood: TOML parse error at line 1")
    );
    assert!(error("broken.yaml", "a: [\nb", &[]).starts_with(" cannot be understood: did not find expected"));
    assert_eq!(error("text.yaml", "hello", &[]), " cannot be understood: it holds no table of settings\n");
    let empty = file("empty.yaml", "");
    assert_eq!(ask(&["show", &BOUNDS, "--settings", &empty, "--unused"]), ask(&["show", &BOUNDS]));
    let foreign = file("foreign.yaml", "port: 1");
    let said = ask(&["show", &BOUNDS, "--settings", &foreign]);
    assert_eq!((said.code, said.output), (Some(0), ask(&["show", &BOUNDS]).output));
    assert_eq!(
        said.errors,
        format!(
            "memory-bounds: nothing in {foreign} is a setting of the bounds; --unused lists what is in it, --under takes one table of it\n"
        )
    );
}

/// A file with the bounds of a cache of so many entries and a queue of 4,096 bytes.
fn small_bounds(name: &str, entries: usize) -> String {
    let registry = ComponentRegistry::default();
    let entry = UsageExpr::constant("ENTRY", 1024);
    let cache = UsageExpr::product("cache", entry, UsageExpr::config("entries", entries));
    registry.get_or_create("cache").bounds_builder().firm().with_named_expr("table", cache);
    registry.get_or_create("queue").bounds_builder().minimum().with_fixed_amount("ring", 4096);
    file(name, &serde_json::to_string(&registry.as_bounds()).unwrap())
}

#[test]
fn what_is_changed_is_shown_for_a_pull_request() {
    let (old, new) = (small_bounds("old.json", 1024), small_bounds("new.json", 1536));
    assert_eq!(
        ask(&["diff", &old, &new, "--markdown"]).output,
        "### Declared memory\n\n\
         firm limit: 1.0 MiB → 1.5 MiB (+512.0 KiB, +49.8 %)  \n\
         minimum: 4.0 KiB, as before\n\n\
         | component | before | after | change |\n\
         |---|--:|--:|--:|\n\
         | `cache` | 1.0 MiB | 1.5 MiB | +512.0 KiB |\n\
         | · `table` firm | 1.0 MiB | 1.5 MiB | +512.0 KiB |\n\n\
         | setting | before | after | change |\n\
         |---|--:|--:|--:|\n\
         | `cache:entries` | 1,024 | 1,536 |  |\n"
    );
    assert_eq!(
        ask(&["diff", &old, &old]).output,
        "firm limit: 1.0 MiB, as before\nminimum: 4.0 KiB, as before\nnothing has changed\n"
    );
}

#[test]
fn the_readme_shows_what_a_pull_request_shows() {
    let guarded = built(&["--package", "memory-accounting-examples", "--example", "guarded"], "guarded");
    let printed = |arguments: &[&str]| run(&guarded, &[&["--print-bounds"], arguments].concat(), "").output;
    let committed = include_str!("../examples/guarded/bounds.json");
    assert_eq!(printed(&[]), committed);
    let old = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/guarded/bounds.json");
    let new = file("guarded.json", &printed(&["--max-sessions", "20000"]));
    let said = ask(&["diff", old, &new, "--markdown"]);
    let (_, shown) = include_str!("../README.md").split_once("\n```markdown\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    assert_eq!(said, Said { code: Some(0), output: shown.to_owned(), errors: String::new() });
}

#[test]
fn the_guide_is_a_page_of_these_bounds_and_this_limit() {
    let bounds = small_bounds("guide.json", 1024);
    let page = |arguments: &[&str]| {
        let said = ask(&[&["guide", &bounds], arguments].concat());
        assert_eq!((said.code, said.errors.as_str()), (Some(0), ""));
        said.output
    };
    let changed = small_bounds("guide-changed.json", 77);
    let declared: ComponentBounds = serde_json::from_str(&std::fs::read_to_string(changed).unwrap()).unwrap();
    assert_eq!(page(&["--set", "entries=77"]), Guide::new(&declared).to_html());
    let grant = MemoryGrant::with_slop_factor(20 << 20, 0.25).unwrap();
    let limited = Guide::new(&declared).with_grant(grant).to_html();
    assert_eq!(page(&["--set", "entries=77", "--limit", "20MiB", "--slop", "25%"]), limited);
}

#[test]
fn json_is_for_programs() {
    let bounds = small_bounds("json.json", 1024);
    let said = |arguments: &[&str]| {
        let said = ask(&[&[arguments[0], &bounds], &arguments[1..], &["--json"]].concat());
        serde_json::from_str::<serde_json::Value>(&said.output).unwrap()
    };
    let mut check = said(&["check", "--limit", "1MiB", "--slop", "0", "--set", "entries=2048"]);
    let explanation = check.as_object_mut().unwrap().remove("explanation").unwrap();
    assert_eq!(
        check,
        json!({
            "fits": false,
            "limit_bytes": 1 << 20,
            "available_bytes": 1 << 20,
            "minimum_bytes": 4096,
            "firm_limit_bytes": (2 << 20) + 4096,
            "enough_bytes": 3 << 20,
            "error": "the components may use up to 2.0 MiB (2101248 bytes), but only 1.0 MiB (1048576 bytes) are available",
            "advice": "raise --limit to 3MiB, or lower these settings",
            "changes": [{"component": "cache", "key": "entries", "from": 1024, "to": 2048}],
            "unused_settings": [],
        })
    );
    assert_eq!(explanation["settings"][0]["largest_that_fits"], json!({"at_most": 1020}));
    assert_eq!(
        said(&["solve", "--limit", "4MiB", "--slop", "1MiB", "--key", "entries"]),
        json!({
            "setting": {
                "component": "cache", "key": "entries", "place": "entries", "value": 1024, "unit": null,
                "used_in": [{"entry": "root.cache.firm", "label": "table", "is_factor": false}],
            },
            "available_bytes": 3 << 20,
            "effect": "grows",
            "bytes": 1 << 20,
            "growth_bytes": 1 << 20,
            "bytes_per_unit": {"always": 1024},
            "largest_that_fits": {"at_most": 3068},
            "no_greater_fits": true,
            "every_smaller_fits": true,
        })
    );
    assert_eq!(
        said(&["diff", &small_bounds("less.json", 1000)]),
        json!({
            "firm_limit_bytes": {"old": (1 << 20) + 4096, "new": 1_028_096},
            "minimum_bytes": {"old": 4096, "new": 4096},
            "components": [{
                "component": "cache", "old": 1 << 20, "new": 1_024_000,
                "entries": [{"kind": "firm", "name": "table", "old": 1 << 20, "new": 1_024_000}],
            }],
            "settings": [{"component": "cache", "key": "entries", "old": [1024], "new": [1000]}],
            "types": [],
            "skipped": [],
        })
    );
}

/// What a program of this cache answers at `/snapshot.json`, `seconds` after another, with so many bytes live in the cache.
fn snapshot(entries: usize, seconds: u64, live: usize) -> Value {
    let registry = ComponentRegistry::default();
    let (entry, setting) = (UsageExpr::constant("ENTRY", 1024), UsageExpr::config("entries", entries));
    let table = UsageExpr::product("cache", entry, setting);
    registry.get_or_create("cache").bounds_builder().firm().with_named_expr("table", table);
    let grant = MemoryGrant::with_slop_factor(4 << 20, 0.5).unwrap();
    let app = registry.api_handler().with_grant(grant).into_router();
    let request = Request::builder().uri("/snapshot.json").body(Body::empty()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let body = runtime.block_on(async {
        let response = app.oneshot(request).await.unwrap();
        to_bytes(response.into_body(), usize::MAX).await.unwrap()
    });
    let mut snapshot: Value = serde_json::from_slice(&body).unwrap();
    // What is not the same in every run.
    snapshot["read_unix_ms"] = json!(seconds * 1000);
    snapshot["process"] = json!({"pid": 7, "started_unix_ms": 1, "uptime_ms": seconds * 1000});
    snapshot["resident_bytes"] = json!(16 << 20);
    let cache = &mut snapshot["components"]["subcomponents"][0];
    cache["live"] = json!({"bytes": live, "objects": 1});
    cache["peak_bytes"] = json!(live + 512);
    cache["counted"] = json!({"allocated_bytes": live * 4, "allocated_objects": 1, "deallocated_bytes": 0, "deallocated_objects": 0});
    snapshot
}

#[test]
fn two_snapshots_are_compared_by_what_has_moved() {
    let old = file("snapshot-old.json", &snapshot(1024, 10, 1024).to_string());
    let new = file("snapshot-new.json", &snapshot(2048, 70, 4096).to_string());
    let said = ask(&["diff", &old, &new]);
    assert_eq!((said.code, said.errors.as_str()), (Some(0), ""));
    assert_eq!(
        said.output,
        "process 7, 1 min 0 s later\n\
         resident: 16.0 MiB, as before\n\
         declared: 1.0 MiB → 2.0 MiB (+1.0 MiB, +100.0 %)\n\
         limit: 4.0 MiB, as before\n\n\
         component  live before    after    change               peak           declared  allocated/s\n\
         cache          1.0 KiB  4.0 KiB  +3.0 KiB  1.5 KiB → 4.5 KiB  1.0 MiB → 2.0 MiB        204 B\n\n\
         one more component has not changed\n\n\
         declared:\n\
         firm limit: 1.0 MiB → 2.0 MiB (+1.0 MiB, +100.0 %)\n\
         minimum: 0 B, as before\n\n\
         component        before    after    change\n\
         cache           1.0 MiB  2.0 MiB  +1.0 MiB\n\
         \u{20}\u{20}· table firm  1.0 MiB  2.0 MiB  +1.0 MiB\n\n\
         setting        before  after  change\n\
         cache:entries   1,024  2,048\n"
    );
    let moved: Value = serde_json::from_str(&ask(&["diff", &old, &new, "--json"]).output).unwrap();
    assert_eq!((&moved["same_process"], &moved["elapsed_ms"]), (&json!(true), &json!(60_000)));
    assert_eq!(moved["components"][0]["allocated_bytes_per_second"], json!(204));
    let markdown = ask(&["diff", &old, &new, "--markdown"]).output;
    assert!(
        markdown.contains("\n| `cache` | 1.0 KiB | 4.0 KiB | +3.0 KiB | 1.5 KiB → 4.5 KiB |"),
        "{markdown}"
    );
}

#[test]
fn a_snapshot_is_read_where_bounds_are() {
    let kept = snapshot(1024, 10, 1024);
    let path = file("snapshot.json", &kept.to_string());
    let bounds = file("of-snapshot.json", &kept["bounds"].to_string());
    assert_eq!(ask(&["show", &path]), ask(&["show", &bounds]));
    let limited = ["--limit", "4MiB", "--slop", "50%"];
    let said = ask(&[&["check", &bounds][..], &limited].concat());
    let of_program = ask(&["check", &path]);
    let expected = said.output.replace("set by --limit", "set by the program's limit");
    // Its lines are folded where they get long.
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!((of_program.code, words(&of_program.output)), (Some(0), words(&expected)));
    assert_eq!(ask(&["check", &path, "--set", "entries=2049"]).code, Some(1), "half of 4 MiB");
    assert_eq!(ask(&["check", &path, "--set", "entries=2049", "--slop", "0"]).code, Some(0));
    assert_eq!(ask(&["check", &path, "--limit", "1MiB"]).code, Some(1));
    assert_eq!(ask(&["what-if", &path]), ask(&[&["what-if", &bounds][..], &limited].concat()));
    assert_eq!(ask(&["guide", &path]), ask(&[&["guide", &bounds][..], &limited].concat()));
    assert_eq!(
        ask(&["check", &bounds]).errors,
        "memory-bounds: how much memory may the process use? Give it with --limit, such as --limit 512MiB\n"
    );

    let other = small_bounds("beside-snapshot.json", 1536);
    let mixed = ask(&["diff", &path, &other]);
    assert_eq!(mixed.output, ask(&["diff", &bounds, &other]).output);
    assert_eq!(
        mixed.errors,
        format!("memory-bounds: {other} holds bounds alone, so only what is declared is compared\n")
    );

    let mut status = kept.clone();
    status.as_object_mut().unwrap().remove("bounds");
    let path = file("status.json", &status.to_string());
    assert_eq!(
        ask(&["show", &path]).errors,
        format!(
            "memory-bounds: {path} holds no bounds: it is the status of a running program alone; `memory-bounds snapshot URL` keeps \
             what it declares too\n"
        )
    );
    status["format"] = json!(2);
    let path = file("later.json", &status.to_string());
    assert_eq!(
        ask(&["diff", &path, &path]).errors,
        format!(
            "memory-bounds: {path} holds no bounds: it is a snapshot that cannot be read: its format is 2, and this tool knows 1\n"
        )
    );
    assert_eq!(
        ask(&["diff", "-", "-"]).errors,
        "memory-bounds: standard input can be one of the two only; name a file for the other\n"
    );
}

#[test]
fn of_very_many_components_what_is_said_can_be_read() {
    let registry = ComponentRegistry::default();
    for number in 0..5000 {
        let component = registry.get_or_create(format!("group{}.part{number:04}", number % 3));
        component.bounds_builder().firm().with_named_expr("queue", UsageExpr::config("size", 1024));
    }
    let bounds = file("many.json", &serde_json::to_string(&registry.as_bounds()).unwrap());
    assert_eq!(
        ask(&["show", &bounds, "--depth", "1"]).output,
        "root      4.9 MiB\n\
         \u{20}\u{20}group0  1.6 MiB  1667 below\n\
         \u{20}\u{20}group1  1.6 MiB  1667 below\n\
         \u{20}\u{20}group2  1.6 MiB  1666 below\n"
    );
    let said = ask(&["check", &bounds, "--limit", "1MiB"]);
    assert_eq!((said.code, said.output.lines().count() < 40), (Some(1), true), "{}", said.output);
    assert_eq!(
        ask(&["show", &bounds, "--set", "size=5"]).errors,
        "memory-bounds: `size` may be any of `group0.part0000:size`, `group0.part0003:size`, `group0.part0006:size`, \
         `group0.part0009:size`, `group0.part0012:size` and 4995 more; write which\n"
    );
}

/// How the tool ends where the shell has put its output elsewhere, and what it complains of.
#[cfg(target_os = "linux")]
fn in_shell(command: &str) -> (Option<i32>, String) {
    let command = format!("TOOL='{}'; {command}", TOOL.display());
    let output = Command::new("bash").args(["-c", &command]).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_is_lost_is_no_answer_and_one_that_nobody_reads_on_is() {
    let bounds = &*BOUNDS;
    let full = in_shell(&format!("$TOOL show {bounds} > /dev/full"));
    let lost = "memory-bounds: the answer cannot be written: No space left on device (os error 28)\n";
    assert_eq!(full, (Some(2), lost.to_owned()));
    let settings = file("unheard.yaml", "port: 1");
    let unheard = in_shell(&format!("$TOOL show {bounds} --settings {settings} --unused 2> /dev/full"));
    assert_eq!(unheard.0, Some(0), "what is no part of the answer");
    for (code, limit) in [(0, "1GiB"), (1, "20MiB")] {
        // Who reads may be gone before or after all is written: it is the same.
        let command = format!("set -o pipefail; $TOOL check {bounds} --limit {limit} | true");
        assert_eq!(in_shell(&command), (Some(code), String::new()));
    }
}
