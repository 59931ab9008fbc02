//! Quotas: how many and how often, with AWS's values as the default.
//!
//! Source: IVS Chat user guide, "Service quotas"; all are per account and region.

use crate::OperationName;

/// A limit, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// At most this many.
    AtMost(u32),
    /// As many as the machine carries.
    Unlimited,
}

impl Limit {
    /// Whether one more may come when there are `count`.
    #[must_use]
    pub const fn admits(self, count: u64) -> bool {
        match self {
            Self::AtMost(most) => count < most as u64,
            Self::Unlimited => true,
        }
    }

    /// The number, where there is one.
    #[must_use]
    pub const fn get(self) -> Option<u32> {
        match self {
            Self::AtMost(most) => Some(most),
            Self::Unlimited => None,
        }
    }
}

/// Every quota and rate of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotas {
    /// Rooms that may exist.
    pub rooms: Limit,
    /// Logging configurations that may exist.
    pub logging_configurations: Limit,
    /// Connections open at once, over all rooms.
    pub concurrent_connections: Limit,
    /// Messaging requests a second on one connection.
    pub requests_per_connection: Limit,
    /// The most that a room's own `maximumMessageRatePerSecond` may be; also what an "unlimited" server lifts.
    pub messages_per_room: Limit,
    /// `SendMessage` requests a second, over all rooms.
    pub messages: Limit,
    /// `DeleteMessage` requests a second, over all rooms, REST and WebSocket together.
    pub deletes: Limit,
    /// `DisconnectUser` requests a second, over all rooms, REST and WebSocket together.
    pub disconnects: Limit,
    /// The most that a room's own `maximumMessageLength` may be, in code points.
    pub message_length: Limit,
    /// Calls a second of each operation, in the order of [`OperationName::ALL`].
    pub call_rates: [Limit; OperationName::ALL.len()],
}

impl Quotas {
    /// AWS's own values.
    #[must_use]
    pub fn aws() -> Self {
        Self {
            rooms: Limit::AtMost(50_000),
            logging_configurations: Limit::AtMost(10),
            concurrent_connections: Limit::AtMost(50_000),
            requests_per_connection: Limit::AtMost(10),
            messages_per_room: Limit::AtMost(100),
            messages: Limit::AtMost(1_000),
            deletes: Limit::AtMost(100),
            disconnects: Limit::AtMost(100),
            message_length: Limit::AtMost(500),
            call_rates: std::array::from_fn(|index| {
                OperationName::ALL
                    .get(index)
                    .map_or(Limit::Unlimited, |name| Limit::AtMost(aws_call_rate(*name)))
            }),
        }
    }

    /// No quota and no rate: for tests, load and servers of one's own. What a room says of itself still holds, and so
    /// do the sizes of the API's members.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self {
            rooms: Limit::Unlimited,
            logging_configurations: Limit::Unlimited,
            concurrent_connections: Limit::Unlimited,
            requests_per_connection: Limit::Unlimited,
            messages_per_room: Limit::Unlimited,
            messages: Limit::Unlimited,
            deletes: Limit::Unlimited,
            disconnects: Limit::Unlimited,
            message_length: Limit::Unlimited,
            call_rates: [Limit::Unlimited; OperationName::ALL.len()],
        }
    }

    /// The call rate of one operation.
    #[must_use]
    pub fn call_rate(&self, name: OperationName) -> Limit {
        self.call_rates.get(name as usize).copied().unwrap_or(Limit::Unlimited)
    }

    /// Sets the call rate of one operation.
    pub fn set_call_rate(&mut self, name: OperationName, limit: Limit) {
        if let Some(rate) = self.call_rates.get_mut(name as usize) {
            *rate = limit;
        }
    }
}

const fn aws_call_rate(name: OperationName) -> u32 {
    match name {
        OperationName::CreateChatToken => 200,
        OperationName::SendEvent | OperationName::DeleteMessage | OperationName::DisconnectUser => 100,
        OperationName::CreateRoom
        | OperationName::GetRoom
        | OperationName::ListRooms
        | OperationName::UpdateRoom
        | OperationName::DeleteRoom => 5,
        OperationName::CreateLoggingConfiguration
        | OperationName::GetLoggingConfiguration
        | OperationName::ListLoggingConfigurations
        | OperationName::UpdateLoggingConfiguration
        | OperationName::DeleteLoggingConfiguration => 3,
        OperationName::ListTagsForResource | OperationName::TagResource | OperationName::UntagResource => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_rates_are_found_by_name() {
        let quotas = Quotas::aws();
        assert_eq!(quotas.call_rate(OperationName::CreateChatToken), Limit::AtMost(200));
        assert_eq!(quotas.call_rate(OperationName::UpdateRoom), Limit::AtMost(5));
        for (index, name) in OperationName::ALL.iter().enumerate() {
            assert_eq!(*name as usize, index);
        }
    }
}
