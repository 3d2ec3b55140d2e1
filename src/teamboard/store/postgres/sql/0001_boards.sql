-- Boards, their records and their histories. Times are UTC; a record's fields are those of the file's document.

CREATE SCHEMA teamboard;

CREATE TABLE teamboard.migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE teamboard.boards (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> ''),
    revision bigint NOT NULL DEFAULT 0 CHECK (revision >= 0),
    ids jsonb NOT NULL DEFAULT '{}',
    head text NOT NULL DEFAULT '',
    begun timestamptz
);

-- `kind` is the table of a file, `owner` the member whose record it is, `revision` the commit that wrote it last.
CREATE TABLE teamboard.records (
    board bigint NOT NULL REFERENCES teamboard.boards ON DELETE CASCADE,
    kind text NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    owner text,
    revision bigint NOT NULL,
    fields jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'object'),
    PRIMARY KEY (board, kind, number)
);

CREATE INDEX records_by_owner ON teamboard.records (board, owner, kind);

-- What only some may read of a record.
CREATE TABLE teamboard.private (
    board bigint NOT NULL,
    kind text NOT NULL,
    number bigint NOT NULL,
    readers text[] NOT NULL,
    fields jsonb NOT NULL CHECK (jsonb_typeof(fields) = 'object'),
    PRIMARY KEY (board, kind, number),
    FOREIGN KEY (board, kind, number) REFERENCES teamboard.records ON DELETE CASCADE
);

-- `entry` is text as it was hashed: `json`, which keeps the order of keys, not `jsonb`.
CREATE TABLE teamboard.history (
    board bigint NOT NULL REFERENCES teamboard.boards ON DELETE CASCADE,
    revision bigint NOT NULL CHECK (revision > 0),
    at timestamptz NOT NULL,
    by text,
    verb text NOT NULL,
    commit_id uuid NOT NULL,
    role name NOT NULL DEFAULT current_user,
    entry json NOT NULL,
    PRIMARY KEY (board, revision),
    UNIQUE (board, commit_id)
);

CREATE TABLE teamboard.history_private (
    board bigint NOT NULL,
    revision bigint NOT NULL,
    record text NOT NULL,
    readers text[] NOT NULL,
    change json NOT NULL,
    PRIMARY KEY (board, revision, record),
    FOREIGN KEY (board, revision) REFERENCES teamboard.history ON DELETE CASCADE
);

-- History is added to, never changed, whoever one is.
CREATE FUNCTION teamboard.only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of a board is added to and never changed'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON teamboard.history
    FOR EACH ROW EXECUTE FUNCTION teamboard.only_added_to();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON teamboard.history
    FOR EACH STATEMENT EXECUTE FUNCTION teamboard.only_added_to();
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON teamboard.history_private
    FOR EACH ROW EXECUTE FUNCTION teamboard.only_added_to();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON teamboard.history_private
    FOR EACH STATEMENT EXECUTE FUNCTION teamboard.only_added_to();

-- A board goes on by one revision at a time, and no record changes without a commit that says so.
CREATE FUNCTION teamboard.one_by_one() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.revision <> OLD.revision + 1 OR NEW.id <> OLD.id OR NEW.name <> OLD.name THEN
        RAISE EXCEPTION 'a board goes on by one revision at a time' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER one_by_one BEFORE UPDATE ON teamboard.boards
    FOR EACH ROW EXECUTE FUNCTION teamboard.one_by_one();

CREATE FUNCTION teamboard.has_its_commit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_board bigint := coalesce(NEW.board, OLD.board);
BEGIN
    IF NOT EXISTS (
        SELECT FROM teamboard.history h
        JOIN teamboard.boards b ON b.id = h.board AND b.revision = h.revision
        WHERE h.board = of_board AND h.xmin = pg_current_xact_id()::xid
    ) AND EXISTS (SELECT FROM teamboard.boards WHERE id = of_board) THEN
        RAISE EXCEPTION 'a record changes with a commit of the history, and not without'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER has_its_commit AFTER INSERT OR UPDATE OR DELETE ON teamboard.records
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION teamboard.has_its_commit();
