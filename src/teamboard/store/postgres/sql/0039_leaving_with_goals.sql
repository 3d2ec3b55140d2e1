-- The goals of a member who leaves are handed over as one by one: in place, or split by value.

SET LOCAL search_path = pg_catalog, pg_temp;

-- A goal of a member who leaves: closed, with a new owner, or split: what was reached stays, the rest is a new goal.
CREATE FUNCTION teamboard.check_goal_of_leaver(c jsonb, leaver text, day date, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    heir constant text := new ->> 'owner';
    old jsonb;
BEGIN
    IF was IS NULL THEN
        old := c -> 'was' -> (new ->> 'continues');
        RETURN CASE
            WHEN old ->> 'owner' IS DISTINCT FROM leaver
                OR c #>> ARRAY['new', new ->> 'continues', 'outcome'] IS DISTINCT FROM 'achieved' THEN 'it is the rest of no goal'
            WHEN teamboard.told_of(c, id) IS NULL THEN 'its owner is not told'
            WHEN new - ARRAY['owner', 'measure', 'starts', 'set_on', 'continues']
                <> old - ARRAY['owner', 'measure', 'starts', 'set_on', 'continues', 'drives']
                OR (new -> 'measure') - ARRAY['start', 'target'] <> (old -> 'measure') - ARRAY['start', 'target']
                OR (new ->> 'due')::date < (new ->> 'starts')::date THEN 'it differs from the goal'
            WHEN heir = leaver OR teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new owner has left'
            ELSE teamboard.bad_measure(new -> 'measure')
        END;
    ELSIF was ->> 'owner' <> leaver THEN
        RETURN 'it is somebody else''s';
    ELSIF new -> 'measure' <> was -> 'measure' THEN
        RETURN CASE
            WHEN (new -> 'measure') - 'target' <> (was -> 'measure') - 'target' THEN 'of its measure only the target changes'
            WHEN NOT EXISTS (
                SELECT FROM jsonb_each(c -> 'new') WHERE value ->> 'continues' = id AND NOT c -> 'was' ? key
            ) THEN 'nobody has the rest'
            WHEN NOT EXISTS (
                SELECT FROM teamboard.records r
                WHERE r.board = of_board AND r.kind = 'checkins' AND r.belongs_to = id
                    AND r.fields -> 'value' = new #> '{measure,target}'
            ) THEN 'its target is not what was reached'
            ELSE teamboard.bad_measure(new -> 'measure')
        END;
    ELSIF new ? 'outcome' THEN
        RETURN CASE WHEN heir <> leaver OR NOT new ? 'closed' OR new -> 'drives' IS DISTINCT FROM was -> 'drives'
            THEN 'it is closed or handed over' END;
    END IF;
    RETURN CASE
        WHEN new ? 'closed' OR heir = leaver OR new ? 'drives' THEN 'it is closed or handed over'
        WHEN teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new owner has left'
        WHEN left(id, 1) = 'G' AND teamboard.told_of(c, id) IS NULL THEN 'its owner is not told'
    END;
END $$;

-- Of one member who leaves, and of what is theirs: handed over, closed, or with the new manager.
CREATE OR REPLACE FUNCTION teamboard.check_leaving(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    kind constant text := left(id, 1);
    leaver text;
    day date;
    leavers bigint;
    heir text;
BEGIN
    SELECT count(*), min(value ->> 'handle'), greatest(min((value ->> 'left')::date), (c ->> 'today')::date)
    INTO leavers, leaver, day FROM jsonb_each(c -> 'new')
    WHERE left(key, 1) = 'M' AND value -> 'left' IS DISTINCT FROM c #> ARRAY['was', key, 'left'];
    IF leavers <> 1 THEN
        RETURN 'one member leaves';
    END IF;
    IF kind = 'M' AND was ->> 'handle' = leaver THEN
        RETURN CASE
            WHEN was ? 'left' OR NOT new ? 'left' THEN 'the member has left already'
            WHEN (new ->> 'left')::date < (was ->> 'joined')::date THEN 'the member has joined later'
            WHEN new -> 'manager' IS DISTINCT FROM was -> 'manager' THEN 'the manager stays'
            WHEN EXISTS (
                SELECT FROM teamboard.records r
                WHERE r.board = of_board AND r.kind = 'members' AND r.belongs_to <> leaver
                    AND NOT teamboard.has_left(r.fields, day) AND teamboard.next_manager_of(c, r.belongs_to) = leaver
            ) THEN 'somebody still reports to the member'
            WHEN NOT EXISTS (
                SELECT FROM teamboard.records r
                WHERE r.board = of_board AND r.kind = 'members' AND r.belongs_to <> leaver
                    AND NOT teamboard.has_left(r.fields, day) AND (
                        teamboard.next_manager_of(c, r.belongs_to) IS NULL
                        OR EXISTS (
                            SELECT FROM teamboard.records o
                            WHERE o.board = of_board AND o.kind = 'members' AND o.belongs_to <> leaver
                                AND NOT teamboard.has_left(o.fields, day)
                                AND teamboard.next_manager_of(c, o.belongs_to) = r.belongs_to
                        )
                    )
            ) THEN 'it is the last manager'
        END;
    ELSIF kind = 'M' THEN
        heir := new ->> 'manager';
        RETURN CASE
            WHEN was ->> 'manager' IS DISTINCT FROM leaver
                AND NOT teamboard.is_above(of_board, leaver, was ->> 'handle') THEN 'the member reports to somebody else'
            -- Who takes the place of the one who leaves, or another who reported to that one.
            WHEN heir IS NOT DISTINCT FROM teamboard.manager_of(of_board, leaver) THEN NULL
            WHEN was ->> 'manager' <> leaver OR heir = leaver
                OR teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new manager is another'
        END;
    ELSIF kind IN ('G', 'T') THEN
        RETURN teamboard.check_goal_of_leaver(c, leaver, day, id, was, new);
    ELSIF kind = 'V' AND was IS NULL THEN
        was := c -> 'was' -> (new ->> 'goal');
        RETURN CASE WHEN NOT coalesce(CASE
            WHEN was IS NULL THEN new ->> 'reason' = 'handed-over' AND new -> 'before' = '{}'
                AND new -> 'after' = teamboard.terms_of(c -> 'new' -> (new ->> 'goal'))
            ELSE was ->> 'owner' = leaver AND teamboard.tells_change(new, was, c -> 'new' -> (new ->> 'goal'))
        END, false) THEN 'what it says of the goal is not so' END;
    ELSIF kind = 'V' THEN
        RETURN CASE WHEN teamboard.goal(of_board, was ->> 'goal') ->> 'owner' <> leaver THEN 'the goal is somebody else''s' END;
    ELSIF kind = 'F' THEN
        RETURN CASE WHEN was ->> 'to' <> leaver AND NOT (was ->> 'kind' = 'request' AND was ->> 'from' = leaver)
            THEN 'it waits for somebody else' END;
    END IF;
    RETURN teamboard.check_left_meeting(c, leaver, kind, was, new);
END $$;

REVOKE ALL ON FUNCTION teamboard.check_goal_of_leaver(jsonb, text, date, text, jsonb, jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.check_goal_of_leaver(jsonb, text, date, text, jsonb, jsonb) OWNER TO teamboard_owner;
