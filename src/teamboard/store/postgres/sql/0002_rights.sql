-- Who may do what: each member's own role of the database, on each board that they have a seat on.
-- The owner of the tables, who administers them, is not held up by any of this but the history's being kept.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'teamboard_members') THEN
        CREATE ROLE teamboard_members NOLOGIN;
    END IF;
END $$;

CREATE TABLE teamboard.seats (
    board bigint NOT NULL REFERENCES teamboard.boards ON DELETE CASCADE,
    role name NOT NULL,
    handle text NOT NULL,
    seat text NOT NULL CHECK (seat IN ('rep', 'manager', 'onlooker')),
    PRIMARY KEY (board, role)
);

GRANT USAGE ON SCHEMA teamboard TO teamboard_members;
GRANT SELECT ON ALL TABLES IN SCHEMA teamboard TO teamboard_members;
GRANT UPDATE (revision, ids, head) ON teamboard.boards TO teamboard_members;
GRANT INSERT, UPDATE, DELETE ON teamboard.records, teamboard.private TO teamboard_members;
GRANT INSERT (board, revision, at, by, verb, commit_id, entry) ON teamboard.history TO teamboard_members;
GRANT INSERT ON teamboard.history_private TO teamboard_members;

-- Whose a record is.
CREATE FUNCTION teamboard.owner_of(of_board bigint, of_kind text, given jsonb) RETURNS text STABLE LANGUAGE sql AS $$
    SELECT CASE
        WHEN of_kind = 'members' THEN given ->> 'handle'
        WHEN of_kind IN ('goals', 'team_goals') THEN given ->> 'owner'
        WHEN of_kind IN ('one_on_ones', 'facts', 'reviews') THEN given ->> 'member'
        WHEN of_kind = 'feedback' THEN given ->> 'to'
        WHEN of_kind = 'standups' THEN given ->> 'by'
        WHEN of_kind IN ('checkins', 'revisions') THEN (
            SELECT r.owner FROM teamboard.records r
            WHERE r.board = of_board
              AND r.kind = CASE left(given ->> 'goal', 1) WHEN 'G' THEN 'goals' ELSE 'team_goals' END
              AND r.number = substr(given ->> 'goal', 2)::bigint
        )
    END
$$;

CREATE FUNCTION teamboard.manager_of(of_board bigint, handle text) RETURNS text STABLE LANGUAGE sql AS $$
    SELECT r.fields ->> 'manager' FROM teamboard.records r
    WHERE r.board = of_board AND r.kind = 'members' AND r.owner = handle
$$;

-- Whether two states of a record differ in nothing but some fields.
CREATE FUNCTION teamboard.differ_in(one jsonb, other jsonb, names text[]) RETURNS boolean IMMUTABLE LANGUAGE sql AS $$
    SELECT (one - names) = (other - names)
$$;

-- The items of a list that are not somebody's own: names, or what has a `by` or an `owner`.
CREATE FUNCTION teamboard.others(list jsonb, me text) RETURNS jsonb IMMUTABLE LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg(item ORDER BY at), '[]') FROM jsonb_array_elements(coalesce(list, '[]'))
        WITH ORDINALITY AS found(item, at)
    WHERE item <> to_jsonb(me) AND item ->> 'by' IS DISTINCT FROM me AND item ->> 'owner' IS DISTINCT FROM me
$$;

-- The rules table of teamboard, as far as it can be told from one record: `was` is null for a new record, `becomes`
-- for one that goes.
CREATE FUNCTION teamboard.may_write(of_board bigint, of_kind text, was jsonb, becomes jsonb) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
DECLARE
    me text;
    seat text;
    owner text := teamboard.owner_of(of_board, of_kind, coalesce(was, becomes));
    theirs boolean;
    managing boolean;
BEGIN
    SELECT s.handle, s.seat INTO me, seat FROM teamboard.seats s
    WHERE s.board = of_board AND s.role = current_user;
    IF me IS NULL OR seat = 'onlooker' THEN
        RETURN false;
    END IF;
    managing := seat = 'manager';
    -- The owner's, or the owner's manager's.
    theirs := owner = me OR teamboard.manager_of(of_board, owner) = me;
    RETURN coalesce(CASE of_kind
        WHEN 'team' THEN managing
        WHEN 'members' THEN managing OR (
            was IS NOT NULL AND becomes IS NOT NULL AND (
                theirs AND teamboard.differ_in(was, becomes, '{skills,career}')
                OR owner = me AND teamboard.differ_in(was, becomes, '{skills,career,key,logins}')
            )
        )
        WHEN 'goals' THEN managing OR (was IS NOT NULL AND becomes IS NOT NULL AND theirs
            AND becomes ->> 'owner' = was ->> 'owner')
        WHEN 'team_goals' THEN managing OR (was IS NOT NULL AND becomes IS NOT NULL AND owner = me)
        WHEN 'checkins' THEN managing OR (theirs AND coalesce(was, becomes) ->> 'by' = me)
            OR (was IS NOT NULL AND becomes IS NOT NULL AND teamboard.differ_in(was, becomes, '{helpers}')
                AND teamboard.others(was -> 'helpers', me) = teamboard.others(becomes -> 'helpers', me))
        WHEN 'revisions' THEN managing OR theirs OR coalesce(was, becomes) ->> 'by' = me
            OR (was IS NOT NULL AND becomes IS NOT NULL AND teamboard.differ_in(was, becomes, '{acknowledged}')
                AND teamboard.others(was -> 'acknowledged', me) = teamboard.others(becomes -> 'acknowledged', me))
        WHEN 'feedback' THEN CASE
            WHEN was IS NULL OR becomes IS NULL THEN coalesce(becomes, was) ->> 'from' = me
            -- Nobody's words become others, and nobody answers in another's name.
            ELSE teamboard.others(was -> 'replies', me) = teamboard.others(becomes -> 'replies', me)
                AND (teamboard.differ_in(was, becomes, '{replies}')
                    OR (theirs OR was ->> 'from' = me)
                        AND teamboard.differ_in(was, becomes, '{replies,state,acknowledged}'))
        END
        WHEN 'one_on_ones' THEN me IN (coalesce(was, becomes) ->> 'member', coalesce(was, becomes) ->> 'manager')
            OR (was IS NOT NULL AND becomes IS NOT NULL AND teamboard.differ_in(was, becomes, '{actions}')
                AND teamboard.others(was -> 'actions', me) = teamboard.others(becomes -> 'actions', me))
        WHEN 'facts' THEN managing OR theirs
        WHEN 'reviews' THEN me IN (coalesce(was, becomes) ->> 'member', coalesce(was, becomes) ->> 'manager')
            OR (was IS NOT NULL AND becomes IS NOT NULL AND teamboard.differ_in(was, becomes, '{actions}')
                AND teamboard.others(was -> 'actions', me) = teamboard.others(becomes -> 'actions', me))
        WHEN 'standups' THEN true
        ELSE false
    END, false);
END $$;

-- Keys of a record, worked out and not believed; and what two states of it tell, which a policy does not see together.
CREATE FUNCTION teamboard.guarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.owner := teamboard.owner_of(NEW.board, NEW.kind, NEW.fields);
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.board, NEW.kind, NEW.number) <> (OLD.board, OLD.kind, OLD.number) THEN
            RAISE EXCEPTION 'a record keeps its number' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF row_security_active('teamboard.records')
            AND NOT teamboard.may_write(NEW.board, NEW.kind, OLD.fields, NEW.fields) THEN
            RAISE EXCEPTION '% may not change % % so', current_user, NEW.kind, NEW.number
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guarded BEFORE INSERT OR UPDATE ON teamboard.records
    FOR EACH ROW EXECUTE FUNCTION teamboard.guarded();

-- The two of a review, worked out and not believed.
CREATE FUNCTION teamboard.for_the_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT array[r.fields ->> 'member', r.fields ->> 'manager'] INTO STRICT NEW.readers FROM teamboard.records r
    WHERE r.board = NEW.board AND r.kind = NEW.kind AND r.number = NEW.number;
    RETURN NEW;
END $$;

CREATE TRIGGER for_the_two BEFORE INSERT OR UPDATE ON teamboard.private
    FOR EACH ROW EXECUTE FUNCTION teamboard.for_the_two();

ALTER TABLE teamboard.boards ENABLE ROW LEVEL SECURITY;
ALTER TABLE teamboard.records ENABLE ROW LEVEL SECURITY;
ALTER TABLE teamboard.private ENABLE ROW LEVEL SECURITY;
ALTER TABLE teamboard.history ENABLE ROW LEVEL SECURITY;
ALTER TABLE teamboard.history_private ENABLE ROW LEVEL SECURITY;
ALTER TABLE teamboard.seats ENABLE ROW LEVEL SECURITY;

CREATE POLICY mine ON teamboard.seats FOR SELECT USING (role = current_user);

CREATE POLICY seen ON teamboard.boards FOR SELECT
    USING (id IN (SELECT board FROM teamboard.seats WHERE role = current_user));
CREATE POLICY goes_on ON teamboard.boards FOR UPDATE
    USING (id IN (SELECT board FROM teamboard.seats WHERE role = current_user AND seat <> 'onlooker'));

CREATE POLICY seen ON teamboard.records FOR SELECT
    USING (board IN (SELECT board FROM teamboard.seats WHERE role = current_user));
CREATE POLICY made ON teamboard.records FOR INSERT WITH CHECK (teamboard.may_write(board, kind, NULL, fields));
CREATE POLICY taken_off ON teamboard.records FOR DELETE USING (teamboard.may_write(board, kind, fields, NULL));
CREATE POLICY changed ON teamboard.records FOR UPDATE
    USING (board IN (SELECT board FROM teamboard.seats WHERE role = current_user AND seat <> 'onlooker'));

CREATE POLICY of_the_two ON teamboard.private
    USING (EXISTS (SELECT FROM teamboard.seats s
        WHERE s.board = private.board AND s.role = current_user AND s.handle = ANY (readers)));

CREATE POLICY seen ON teamboard.history FOR SELECT
    USING (board IN (SELECT board FROM teamboard.seats WHERE role = current_user));
CREATE POLICY added_to ON teamboard.history FOR INSERT
    WITH CHECK (by = entry ->> 'by' AND by IN (SELECT handle FROM teamboard.seats s
        WHERE s.board = history.board AND s.role = current_user AND s.seat <> 'onlooker'));

CREATE POLICY of_the_two ON teamboard.history_private FOR SELECT
    USING (EXISTS (SELECT FROM teamboard.seats s
        WHERE s.board = history_private.board AND s.role = current_user AND s.handle = ANY (readers)));
CREATE POLICY added_to ON teamboard.history_private FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM teamboard.seats s
        WHERE s.board = history_private.board AND s.role = current_user AND s.handle = ANY (readers)));
