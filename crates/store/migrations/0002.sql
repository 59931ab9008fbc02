-- Who may do what. `folded` is a name in lower case: names are unique without regard to case, and kept as given.

CREATE TABLE accounts (
    id BIGINT PRIMARY KEY,
    pending_verification BIGINT NOT NULL CHECK (pending_verification IN (0, 1)),
    created_at BIGINT NOT NULL
);
-- Those that had something before accounts were kept.
INSERT INTO accounts (id, pending_verification, created_at)
    SELECT held.account, 0, MIN(held.create_time) FROM (
        SELECT account, create_time FROM rooms
        UNION ALL SELECT account, create_time FROM logging_configurations
    ) AS held GROUP BY held.account;

CREATE TABLE access_policies (
    account BIGINT NOT NULL,
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account, folded),
    FOREIGN KEY (account) REFERENCES accounts (id)
);

CREATE TABLE access_users (
    account BIGINT NOT NULL,
    folded TEXT NOT NULL,
    name TEXT NOT NULL,
    tags TEXT NOT NULL,
    boundary TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account, folded),
    FOREIGN KEY (account) REFERENCES accounts (id)
);

-- No foreign key to access_policies: a policy that ships with the server, or is declared in a file, is not there.
CREATE TABLE access_user_policies (
    account BIGINT NOT NULL,
    folded_user TEXT NOT NULL,
    position BIGINT NOT NULL,
    folded_policy TEXT NOT NULL,
    policy TEXT NOT NULL,
    PRIMARY KEY (account, folded_user, position),
    UNIQUE (account, folded_policy, folded_user),
    FOREIGN KEY (account, folded_user) REFERENCES access_users (account, folded) ON DELETE CASCADE
);

CREATE TABLE access_keys (
    id TEXT PRIMARY KEY,
    account BIGINT NOT NULL,
    folded_user TEXT NOT NULL,
    status TEXT NOT NULL,
    wrapped_secret BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    FOREIGN KEY (account, folded_user) REFERENCES access_users (account, folded) ON DELETE CASCADE
);
CREATE INDEX access_keys_by_user ON access_keys (account, folded_user, created_at, id);
