//! What each scenario comes to.

use super::*;
use clap::{Command, FromArgMatches as _, Subcommand as _};

fn plan(line: &str) -> Result<Plan, String> {
    let command = BenchCommand::augment_subcommands(Command::new("bench"));
    let matches = command.try_get_matches_from(std::iter::once("bench").chain(line.split(' ')));
    let command = BenchCommand::from_arg_matches(&matches.map_err(|error| error.to_string())?).unwrap();
    Plan::new(&command).map_err(|error| error.to_string())
}

/// Viewers, senders, stalled ones and the room's rate.
fn shapes(plan: &Plan) -> Vec<(u32, u32, u32, u32)> {
    plan.rooms().map(|room| (room.viewers, room.senders, room.stalled, room.message_rate())).collect()
}

#[test]
fn rooms_of_each_scenario() {
    let check = |line: &str, connections: u64, rooms: &[(u32, u32, u32, u32)]| {
        let plan = plan(line).unwrap();
        assert_eq!((plan.connections(), &*shapes(&plan)), (connections, rooms), "{line}");
        assert_eq!(plan.places().count() as u64, connections, "{line}");
        assert!(plan.rooms().zip(0..).all(|(room, number)| room.number == number), "{line}");
    };
    check("fan-out", 1000, &[(1000, 1, 0, 10)]);
    check("fan-out --viewers 10 --rate 100", 10, &[(10, 10, 0, 100)]);
    check("fan-out --viewers 20 --rate 10.5 --stalled 3", 23, &[(20, 2, 3, 11)]);
    check("fan-out --viewers 1 --rate 0.1", 1, &[(1, 1, 0, 1)]);
    check("storm --viewers 7", 7, &[(7, 0, 0, 1)]);
    check("idle --viewers 7", 7, &[(7, 0, 0, 1)]);
    check("rooms --viewers 25", 25, &[(9, 1, 0, 1), (8, 1, 0, 1), (8, 1, 0, 1)]);
    check("rooms --viewers 5 --rooms 2 --rate 15", 5, &[(3, 2, 0, 15), (2, 2, 0, 15)]);
    let both = [(30, 2, 0, 20), (4, 1, 0, 2), (4, 1, 0, 2)];
    check("mixed --viewers 30 --rate 20 --rooms 2 --room-viewers 4", 38, &both);
    check("review --rooms 1 --room-viewers 3 --rate 20", 6, &[(3, 2, 0, 20), (3, 2, 0, 20)]);
}

#[test]
fn what_is_sent() {
    let sent = |line: &str| {
        let plans = plan(line).unwrap().send_plans();
        plans.iter().map(|plan| (plan.room, plan.per_second, plan.bytes)).collect::<Vec<_>>()
    };
    assert_eq!(sent("fan-out --rate 20"), [(0, 20.0, 200)]);
    let both = [(0, 10.0, 50), (1, 2.0, 50), (2, 2.0, 50)];
    assert_eq!(sent("mixed --rooms 2 --size 50"), both);
    assert_eq!(sent("idle"), []);
    assert_eq!(sent("storm"), []);
}

#[test]
fn senders_come_first_and_the_stalled_last() {
    let roles: Vec<Role> =
        plan("fan-out --viewers 3 --rate 20 --stalled 1").unwrap().places().map(|at| at.role).collect();
    assert_eq!(roles, [Role::Sender, Role::Sender, Role::Viewer, Role::Stalled]);
}

#[test]
fn groups_are_told_by_room() {
    let plan = plan("mixed --rooms 2").unwrap();
    assert_eq!(plan.rooms().map(|room| room.group).collect::<Vec<_>>(), [0, 1, 1]);
    assert_eq!(plan.groups.iter().map(|group| group.name).collect::<Vec<_>>(), ["big room", "small rooms"]);
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    let check = |line: &str, part: &str| {
        let said = plan(line).unwrap_err();
        assert!(said.contains(part), "{line}: {said}");
    };
    check("fan-out --viewers 9 --rate 100", "100 messages a second need 10 viewers that send");
    check("rooms --viewers 10 --rooms 6 --rate 11", "the smallest room has 1: take");
    check("rooms --viewers 3 --rooms 4", "4 rooms need at least as many viewers");
    check("fan-out --rate 101", "a room takes at most 100 messages a second");
    check("fan-out --viewers 0", "0 is not in 1..=1000000");
    check("fan-out --size 39", "39 is not in 40..=500");
    check("fan-out --for 10", "such as 500ms");
    check("storm --rate 10", "unexpected argument '--rate'");
    check("idle --pin --endpoint http://a", "cannot be used with");
    check("idle --server-pid 4", "--endpoint <URL>");
}
