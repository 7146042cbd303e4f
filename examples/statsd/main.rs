//! A StatsD agent that lives inside a memory limit.
//!
//! Run with `cargo run --release --example statsd -- --demo`, or without `--demo` to serve until it is stopped; then
//! `echo 'page.views:1|c|#env:prod' | nc -u -w1 127.0.0.1 8125` shows up as `page_views_total` on <http://127.0.0.1:8126/metrics>.
//!
//! With `--demo --dashboard` it goes on sending, and says where a browser shows what becomes of its memory.
//!
//! Packets flow from [`source`] to [`aggregator`]; [`destination`] shows what the aggregator holds, written by
//! [`exposition`]. The memory of each is decided and declared by its part of [`configuration`] alone, and what each of
//! the [`components`] allocates is attributed to it; they are there once that is proved to fit, and nothing is built before.

mod agent;
mod aggregator;
mod arguments;
mod components;
mod configuration;
mod console;
mod demo;
mod destination;
mod exposition;
mod listen;
mod pool;
mod protocol;
mod reload;
mod shutdown;
mod source;
mod telemetry;

use std::alloc::System;
use std::error::Error;
use std::io;
use std::process::ExitCode;

use bytesize::ByteSize;
use clap::Parser;
use memory_accounting::ComponentBounds;
use memory_accounting::allocator::TrackingAllocator;
use tokio::runtime::{Builder, Runtime};

use agent::Agent;
use arguments::Arguments;
use components::Components;
use reload::Reload;
use shutdown::Hangups;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Threads that receive packets and aggregate them.
const RECEIVING_THREADS: usize = 1;

/// Threads that answer requests. They are others, so that however many ask, there is a thread for what arrives.
const SERVING_THREADS: usize = 1;

/// The page of the reports that a browser shows.
const DASHBOARD: &str = "/memory/dashboard";

fn main() -> ExitCode {
    let ended = start(&Arguments::parse());
    console::settle();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::complain(&*error);
            ExitCode::FAILURE
        }
    }
}

/// Configuration, admission, and only then anything that takes memory or a port.
fn start(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let configuration = arguments.configuration()?;
    if arguments.print_bounds {
        let bounds = ComponentBounds::of(&configuration);
        console::say(format_args!("{}", serde_json::to_string(&bounds)?));
        return Ok(());
    }
    if let (true, Some(bytes)) = (configuration.limit_is_the_demonstrations, configuration.memory.limit_bytes)
    {
        let limit = ByteSize::b(bytes);
        console::say(format_args!(
            "the demonstration limits itself to {limit}, as a container would; --limit sets another"
        ));
    }
    let components = Components::admit(&configuration, arguments.limit_setting(&configuration))?;
    configuration.check_pieces()?;
    let (receiving, serving) = (runtime(RECEIVING_THREADS)?, runtime(SERVING_THREADS)?);
    serving.block_on(async {
        // Before anybody can know that it runs: a signal that nobody listens for ends it.
        let (requested, hangups) = (shutdown::requested(), Hangups::listen());
        let agent = Agent::build(&configuration, &components, receiving.handle())?;
        let (statsd, http) = (agent.statsd_address()?, agent.http_address()?);
        console::say(format_args!("{}", agent.receive_buffer()?));
        console::say(format_args!("listening on {statsd} for StatsD packets"));
        console::say(format_args!("listening on {http} for GET http://{http}/metrics"));
        let reload = Reload {
            arguments,
            components: &components,
            configuration: configuration.clone(),
            store: agent.store(),
            terms: agent.terms(),
            telemetry: agent.telemetry(),
        };
        let reloading = reload.run(hangups);
        let stop = async {
            tokio::select! {
                () = requested => {}
                never = reloading => match never {},
            }
        };
        let time = if arguments.dashboard { demo::WATCHED } else { demo::SHORT };
        // What is to be looked at comes last, where it stays on the screen.
        if arguments.demo {
            demo::announce(time);
        }
        if arguments.dashboard {
            console::say(format_args!("open http://{http}{DASHBOARD} in a browser:"));
            console::say(format_args!(
                "  which component uses what, how near the limit is, and which setting to change"
            ));
        }
        if arguments.demo {
            let demo = demo::Demo::new(&agent, &configuration, &components)?;
            agent.run(demo.play(time, stop)).await?;
            demo::suggest();
        } else {
            agent.run(stop).await?;
        }
        Ok(())
    })
}

fn runtime(threads: usize) -> io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}
