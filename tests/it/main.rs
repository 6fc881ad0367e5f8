//! Tests of the whole: files in, files out, by the library and by the program.

#![allow(clippy::print_stderr, reason = "a test says what it compared, and what it could not find")]

mod bad_input;
mod browser;
mod capture;
mod closing;
mod cookies;
mod corpus;
mod determinism;
mod doctor;
mod facts;
mod firefox;
mod flips;
mod har;
mod html;
mod leaks;
mod live_archive;
mod live_bad_input;
mod live_bench;
mod live_bodies;
mod live_demo;
mod live_faults;
mod live_kills;
mod live_origin;
mod live_sockets;
mod locators;
mod name_server;
mod operator;
mod origin;
mod proxy;
mod proxy_bench;
mod proxy_connect;
mod proxy_failing;
mod proxy_keeping;
mod proxy_policy;
mod proxy_reach;
mod proxy_relay;
mod proxy_torture;
mod proxy_trailers;
mod proxy_websocket;
mod proxy_websocket_peers;
mod proxy_wire;
mod rules;
mod secrets;
mod tidy;
mod visit;
