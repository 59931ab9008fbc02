//! Whole tables, to the letter.

use super::samples::{fan_out, mixed, review, storm};
use super::*;

const FAN_OUT: &str = "\
fan-out: 1,000 viewers in 1 room, for 30 s
10 messages/s of 200 bytes in the room
its own server at ws://127.0.0.1:4711/

connecting
  connected                          1,000
  failed                                 0
  dropped by the server                  0
  connects per second                  800
  handshake p50                   0.900 ms
  handshake p99                    3.60 ms
  handshake max                    36.0 ms

messages
  rooms                                  1
  viewers                            1,000
  messages sent                        300
  messages refused                       0
  deliveries                       300,000
  deliveries per second             10,000
  lost                                   0
  doubled                                0
  viewers out of order                   0
  latency p50                     0.310 ms
  latency p99                      1.24 ms
  latency p99.9                    2.79 ms
  latency max                      12.4 ms

server
  CPU, of one core                    42 %
  CPU per delivery                 1.23 µs
  CPU per token and connect        85.4 µs
  memory per connection           3.10 KiB

load generator
  threads                                2
  busiest thread                      40 %
  messages late, p99              0.200 ms

=> a verdict
";
const MIXED: &str = "\
mixed: 6,000 viewers in 501 rooms, for 30 s
10 messages/s of 200 bytes in the big room
10 messages/s of 200 bytes in each of the small rooms
the server at ws://127.0.0.1:4711/, 2 shards

connecting
  connected                          1,000
  failed                                 0
  dropped by the server                  0
  connects per second                  800
  handshake p50                   0.900 ms
  handshake p99                    3.60 ms
  handshake max                    36.0 ms

messages                          big room   small rooms
  rooms                                  1           500
  viewers                            1,000         5,000
  messages sent                        300           300
  messages refused                       0             0
  deliveries                       300,000       300,000
  deliveries per second             10,000        10,000
  lost                                   0             0
  doubled                                0             0
  viewers out of order                   0             0
  latency p50                     0.310 ms             -
  latency p99                      1.24 ms             -
  latency p99.9                    2.79 ms             -
  latency max                      12.4 ms             -

server
  CPU, of one core            not readable
  CPU per delivery            not readable
  CPU per token and connect   not readable
  memory per connection       not readable

load generator
  threads                                2
  busiest thread                      40 %
  messages late, p99              0.200 ms

=> a verdict
";
const STORM: &str = "\
storm: 1,000 viewers in 1 room, for 30 s
its own server, on one core, at ws://127.0.0.1:4711/, 1 shard

connecting
  rounds                                 3
  connected                          1,000
  failed                                 0
  dropped by the server                  0
  connects per second                  800
  handshake p50                   0.900 ms
  handshake p99                    3.60 ms
  handshake max                    36.0 ms

server
  CPU, of one core                    42 %
  CPU per connect                  85.4 µs
  memory per connection           3.10 KiB

=> a verdict
";

#[test]
fn tables_to_the_letter() {
    let check = |report: &Report, expected: &str| {
        let text = render(report);
        assert_eq!(text, expected, "\n{text}");
    };
    check(&fan_out(), FAN_OUT);
    check(&mixed(), MIXED);
    check(&storm(), STORM);
}

#[test]
fn json_has_the_same_figures_under_names_with_units() {
    let json = serde_json::to_value(fan_out()).unwrap();
    let check =
        |path: &str, expected: serde_json::Value| assert_eq!(json.pointer(path), Some(&expected), "{path}");
    check("/scenario/name", "fan-out".into());
    check("/scenario/message_bytes", 200.into());
    check("/connects/handshake/p50_us", 900.into());
    check("/groups/0/latency/p99_9_us", 2790.into());
    check("/groups/0/timeline/29/at_seconds", 29.0.into());
    check("/cost/cpu_us_per_delivery", 1.234.into());
    check("/cost/cpu_us_per_connection_second", serde_json::Value::Null);
    check("/load_generator/busiest_thread_share", 0.402.into());
}

#[test]
fn a_handler_is_named_and_how_often_it_was_asked() {
    let text = render(&review());
    let head = "10 messages/s of 200 bytes in the other rooms\nreviewed by arn:of:a-handler\n";
    assert!(text.contains(head), "{text}");
    assert!(text.contains("\nhandler\n  asked                              2,000\n\nserver\n"), "{text}");
}
