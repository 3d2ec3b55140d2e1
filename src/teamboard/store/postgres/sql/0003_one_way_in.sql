-- One way in: members read the tables, and write by the function `teamboard.commit` alone. This file takes their rights
-- to write away and makes the tables for the rules; the next ones have the rules, the checks and the function.

-- Whatever a session has in its own temporary schema comes last.
SET LOCAL search_path = pg_catalog, pg_temp;

-- The tables and functions belong to a role that nobody can log in as. Whoever administers them is a member of it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'teamboard_owner') THEN
        CREATE ROLE teamboard_owner NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'teamboard_owner', 'USAGE') THEN
        EXECUTE format('GRANT teamboard_owner TO %I', current_user);
    END IF;
END $$;

-- Nobody needs temporary tables here, nor tables of their own. Only the owner of the database can say so: for anybody
-- else this is a warning, and the functions hold without it.
DO $$
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO teamboard_owner', current_database());
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
EXCEPTION WHEN insufficient_privilege OR invalid_schema_name THEN
    RAISE WARNING 'the rights of PUBLIC in this database stay as they are';
END $$;

-- What held up writing by hand: the policies for it, and the triggers that worked out what a policy needs.
DROP POLICY goes_on ON teamboard.boards;
DROP POLICY made ON teamboard.records;
DROP POLICY taken_off ON teamboard.records;
DROP POLICY changed ON teamboard.records;
DROP POLICY added_to ON teamboard.history;
DROP POLICY added_to ON teamboard.history_private;
DROP TRIGGER guarded ON teamboard.records;
DROP TRIGGER has_its_commit ON teamboard.records;
DROP TRIGGER for_the_two ON teamboard.private;
DROP FUNCTION teamboard.guarded(), teamboard.has_its_commit(), teamboard.for_the_two();
DROP FUNCTION teamboard.may_write(bigint, text, jsonb, jsonb);
DROP FUNCTION teamboard.owner_of(bigint, text, jsonb);
DROP FUNCTION teamboard.manager_of(bigint, text);
DROP FUNCTION teamboard.differ_in(jsonb, jsonb, text[]);
DROP FUNCTION teamboard.others(jsonb, text);
REVOKE ALL ON ALL TABLES IN SCHEMA teamboard FROM PUBLIC, teamboard_members;

-- Who reads what is who logged in, not a role taken on since.
DROP POLICY mine ON teamboard.seats;
CREATE POLICY mine ON teamboard.seats FOR SELECT USING (role = session_user);
DROP POLICY seen ON teamboard.boards;
CREATE POLICY seen ON teamboard.boards FOR SELECT
    USING (id IN (SELECT board FROM teamboard.seats WHERE role = session_user));
DROP POLICY seen ON teamboard.records;
CREATE POLICY seen ON teamboard.records FOR SELECT
    USING (board IN (SELECT board FROM teamboard.seats WHERE role = session_user));
DROP POLICY seen ON teamboard.history;
CREATE POLICY seen ON teamboard.history FOR SELECT
    USING (board IN (SELECT board FROM teamboard.seats WHERE role = session_user));
DROP POLICY of_the_two ON teamboard.private;
CREATE POLICY of_the_two ON teamboard.private FOR SELECT
    USING (EXISTS (SELECT FROM teamboard.seats s
        WHERE s.board = private.board AND s.role = session_user AND s.handle = ANY (readers)));
DROP POLICY of_the_two ON teamboard.history_private;
CREATE POLICY of_the_two ON teamboard.history_private FOR SELECT
    USING (EXISTS (SELECT FROM teamboard.seats s
        WHERE s.board = history_private.board AND s.role = session_user AND s.handle = ANY (readers)));
ALTER TABLE teamboard.history ALTER COLUMN role SET DEFAULT session_user;

-- The member, or the goal, to which a record belongs. It follows from the fields, so nobody has to keep it.
ALTER TABLE teamboard.records DROP COLUMN owner;
ALTER TABLE teamboard.records ADD COLUMN belongs_to text GENERATED ALWAYS AS (
    CASE kind
        WHEN 'members' THEN fields ->> 'handle'
        WHEN 'goals' THEN fields ->> 'owner'
        WHEN 'team_goals' THEN fields ->> 'owner'
        WHEN 'checkins' THEN fields ->> 'goal'
        WHEN 'revisions' THEN fields ->> 'goal'
        WHEN 'feedback' THEN fields ->> 'to'
        WHEN 'one_on_ones' THEN fields ->> 'member'
        WHEN 'facts' THEN fields ->> 'member'
        WHEN 'reviews' THEN fields ->> 'member'
        WHEN 'standups' THEN fields ->> 'by'
    END
) STORED;
CREATE INDEX records_of ON teamboard.records (board, kind, belongs_to);
CREATE UNIQUE INDEX handles ON teamboard.records (board, belongs_to) WHERE kind = 'members';

-- What the records of a table look like. `shape` says which fields there are, of which type and within which bounds;
-- `private` which of them only the two of a review read, `people` which of them are the handle of a member.
CREATE TABLE teamboard.kinds (
    kind text PRIMARY KEY,
    letter text NOT NULL UNIQUE,
    private text[] NOT NULL,
    shape jsonb NOT NULL,
    people text[] NOT NULL
);

-- What people do. A verb that restores `anything` has no rules.
CREATE TABLE teamboard.verbs (
    verb text PRIMARY KEY,
    anything boolean NOT NULL,
    in_database boolean NOT NULL,
    at_most integer NOT NULL
);

-- What a verb may do to a record of a kind: of several rules the first by `place` that fits holds.
CREATE TABLE teamboard.rules (
    verb text NOT NULL REFERENCES teamboard.verbs,
    kind text NOT NULL REFERENCES teamboard.kinds,
    place integer NOT NULL,
    rule jsonb NOT NULL,
    PRIMARY KEY (verb, kind, place)
);

-- Handles that are words of the command line.
CREATE TABLE teamboard.reserved_handles (
    handle text PRIMARY KEY
);

GRANT SELECT ON ALL TABLES IN SCHEMA teamboard TO teamboard_members;

-- The triggers that stay look names up where nobody else can put any.
ALTER FUNCTION teamboard.only_added_to() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION teamboard.one_by_one() SET search_path = pg_catalog, pg_temp;
