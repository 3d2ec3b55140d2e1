-- Closing a goal at any time, and opening it again, each with a revision that keeps the word on why.

SET LOCAL search_path = pg_catalog, pg_temp;

-- The revision of this commit that tells what was done with a goal.
CREATE FUNCTION teamboard.told_of(c jsonb, goal_id text) RETURNS jsonb IMMUTABLE LANGUAGE sql
RETURN (
    SELECT value FROM jsonb_each(c -> 'new') WHERE left(key, 1) = 'V' AND value ->> 'goal' = goal_id AND NOT c -> 'was' ? key
    LIMIT 1
);

-- Whether a revision says of a goal what this commit changes in it, and nothing else.
CREATE FUNCTION teamboard.tells_change(told jsonb, was jsonb, new jsonb) RETURNS boolean IMMUTABLE LANGUAGE sql
RETURN NOT EXISTS (
    SELECT FROM (SELECT key FROM jsonb_object_keys(was || new || (told -> 'before') || (told -> 'after')) AS key) k
    WHERE CASE WHEN was -> key IS DISTINCT FROM new -> key
        THEN told -> 'before' -> key IS DISTINCT FROM coalesce(was -> key, 'null')
            OR told -> 'after' -> key IS DISTINCT FROM coalesce(new -> key, 'null')
        ELSE told -> 'before' ? key OR told -> 'after' ? key END
);

-- A goal that is closed or opened again, the revision that tells it, and the proposal for it that is answered by it.
CREATE FUNCTION teamboard.check_closing(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    goal_id constant text := CASE WHEN left(id, 1) = 'V' THEN new ->> 'goal' ELSE id END;
    period jsonb;
BEGIN
    IF left(id, 1) = 'V' THEN
        RETURN CASE WHEN NOT (c -> 'new' ? goal_id AND c -> 'was' ? goal_id) THEN 'its goal does not change'
            WHEN was IS NULL AND (SELECT count(*) FROM jsonb_object_keys(c -> 'new') AS k(key)
                WHERE left(key, 1) = 'V' AND NOT c -> 'was' ? key) > 1 THEN 'it is told twice' END;
    ELSIF NOT teamboard.decides_about(of_board, c ->> 'me', id, was) THEN
        RETURN 'it is not yours';
    ELSIF teamboard.told_of(c, id) IS NULL OR NOT teamboard.tells_change(teamboard.told_of(c, id), was, new) THEN
        RETURN 'the revision tells something else';
    ELSIF new ? 'outcome' THEN
        RETURN CASE WHEN EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'revisions' AND r.belongs_to = id AND r.fields ->> 'state' = 'agreed'
                AND (r.fields ->> 'effective')::date > (c ->> 'today')::date
        ) THEN 'it changes already, on a later day' END;
    END IF;
    SELECT r.fields -> 'period' INTO period FROM teamboard.records r WHERE r.board = of_board AND r.kind = 'team';
    RETURN CASE
        WHEN NOT coalesce((was ->> 'closed')::date >= (period ->> 'starts')::date, false)
            THEN 'it was closed in a period that is over'
        WHEN EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'goals' AND r.fields ->> 'continues' = id
        ) THEN 'it was handed over'
    END;
END $$;

-- The newest agreed revision by somebody else: of a team goal to which an open goal of one's own is aligned, or a notice
-- about a goal of one's own that is open, or that it tells was closed.
CREATE OR REPLACE FUNCTION teamboard.check_acknowledgement(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    me constant text := c ->> 'me';
    goal constant jsonb := teamboard.goal(of_board, was ->> 'goal');
    is_asked boolean;
BEGIN
    IF was ->> 'reason' IN ('new-goal', 'renewed', 'handed-over', 'closed', 'reopened') THEN
        is_asked := goal ->> 'owner' = me AND (NOT goal ? 'outcome' OR was ->> 'reason' = 'closed');
    ELSE
        is_asked := left(was ->> 'goal', 1) = 'T' AND coalesce(goal ->> 'outcome', '') NOT IN ('achieved', 'missed')
            AND EXISTS (
                SELECT FROM teamboard.records g
                WHERE g.board = of_board AND g.kind = 'goals' AND g.belongs_to = me
                    AND NOT g.fields ? 'outcome' AND g.fields -> 'aligned' ? (was ->> 'goal')
            );
    END IF;
    IF NOT is_asked OR was ->> 'by' = me OR was -> 'acknowledged' ? me THEN
        RETURN 'you need not acknowledge it';
    ELSIF EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'revisions' AND r.belongs_to = was ->> 'goal'
            AND r.fields ->> 'state' = 'agreed' AND r.number > substr(id, 2)::bigint
    ) THEN
        RETURN 'the goal was revised again since';
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['told_of(jsonb, text)', 'tells_change(jsonb, jsonb, jsonb)',
        'check_closing(jsonb, text, jsonb, jsonb)'] LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION teamboard.' || name || ' FROM PUBLIC';
        EXECUTE 'ALTER FUNCTION teamboard.' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;
