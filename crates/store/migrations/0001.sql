-- The first format. Times are microseconds since 1970, tags a JSON object, wrapped a sealed key
-- (PostgreSQL: BYTEA for BLOB; the rest is the common subset).

-- One row: the newest update time ever given, so that no two updates share one.
CREATE TABLE clock (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    last_update_time BIGINT NOT NULL
);
INSERT INTO clock (id, last_update_time) VALUES (1, 0);

-- How many of each kind an account holds, so that a quota is checked without counting.
CREATE TABLE holdings (
    account BIGINT NOT NULL,
    kind TEXT NOT NULL,
    held BIGINT NOT NULL,
    PRIMARY KEY (account, kind)
);

CREATE TABLE logging_configurations (
    account BIGINT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    destination_kind TEXT NOT NULL,
    destination_name TEXT NOT NULL,
    tags TEXT NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX logging_configurations_by_update ON logging_configurations (account, update_time, id);

CREATE TABLE rooms (
    account BIGINT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    maximum_message_rate_per_second BIGINT NOT NULL,
    maximum_message_length BIGINT NOT NULL,
    message_review_handler_uri TEXT,
    fallback_result TEXT,
    tags TEXT NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE INDEX rooms_by_update ON rooms (account, update_time, id);
CREATE INDEX rooms_by_name ON rooms (account, name, update_time, id);
CREATE INDEX rooms_by_message_review_handler ON rooms (account, message_review_handler_uri, update_time, id);

CREATE TABLE room_logging_configurations (
    account BIGINT NOT NULL,
    room_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    logging_configuration_id TEXT NOT NULL,
    PRIMARY KEY (account, room_id, position),
    FOREIGN KEY (account, room_id) REFERENCES rooms (account, id) ON DELETE CASCADE,
    FOREIGN KEY (account, logging_configuration_id) REFERENCES logging_configurations (account, id)
);
CREATE INDEX rooms_by_logging_configuration
    ON room_logging_configurations (account, logging_configuration_id, room_id);

CREATE TABLE token_keys (
    id BIGINT PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
