-- A goal that is split when it is handed over: a metric by value, an activity by weeks, and its weight as its target.

SET LOCAL search_path = pg_catalog, pg_temp;

-- The weight of a goal.
CREATE FUNCTION teamboard.weight_of(goal jsonb) RETURNS numeric IMMUTABLE LANGUAGE sql
RETURN coalesce((goal ->> 'weight')::numeric, 1);

-- Whether the rest of a goal that is split differs from it in more than it may.
CREATE FUNCTION teamboard.differs_from_rest(c jsonb, old jsonb, new jsonb) RETURNS boolean IMMUTABLE LANGUAGE sql
RETURN new - ARRAY['owner', 'measure', 'starts', 'set_on', 'continues', 'weight']
        <> old - ARRAY['owner', 'measure', 'starts', 'set_on', 'continues', 'weight', 'drives']
    OR (new -> 'measure') - ARRAY['start', 'target'] <> (old -> 'measure') - ARRAY['start', 'target']
    OR (new ->> 'due')::date < (new ->> 'starts')::date
    OR CASE WHEN new -> 'weight' IS NOT DISTINCT FROM old -> 'weight'
        THEN c #> ARRAY['new', new ->> 'continues', 'weight'] IS DISTINCT FROM old -> 'weight'
        ELSE abs(teamboard.weight_of(new) + teamboard.weight_of(c #> ARRAY['new', new ->> 'continues'])
            - teamboard.weight_of(old)) > 0.00001 END;

-- What is wrong with the part of a goal that stays with its owner when it is split; null if nothing is.
CREATE FUNCTION teamboard.bad_split(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    rest jsonb;
BEGIN
    SELECT value INTO rest FROM jsonb_each(c -> 'new') WHERE value ->> 'continues' = id AND NOT c -> 'was' ? key;
    RETURN CASE
        WHEN rest IS NULL THEN 'nobody has the rest'
        WHEN new #>> '{measure,kind}' = 'activity' THEN CASE
            WHEN new -> 'measure' <> was -> 'measure' OR (new ->> 'due')::date < (new ->> 'starts')::date
                OR (new ->> 'due')::date >= (was ->> 'due')::date
                OR (rest ->> 'starts')::date <> (new ->> 'due')::date + 1
                OR extract(isodow FROM (rest ->> 'starts')::date) <> 1
                OR (rest ->> 'starts')::date > (c ->> 'today')::date + 7 THEN 'its weeks are not those so far' END
        WHEN new -> 'due' <> was -> 'due' THEN 'its due day stays'
        WHEN NOT EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'checkins' AND r.belongs_to = id
                AND r.fields -> 'value' = new #> '{measure,target}'
        ) THEN 'its target is not what was reached'
        ELSE teamboard.bad_measure(new -> 'measure')
    END;
END $$;

-- As before, with `differs_from_rest` and `bad_split`.
CREATE OR REPLACE FUNCTION teamboard.check_handed_over(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    goal_id constant text := CASE WHEN left(id, 1) = 'V' THEN new ->> 'goal' ELSE id END;
    goal constant jsonb := c -> 'new' -> goal_id;
    old jsonb;
BEGIN
    IF left(id, 1) = 'V' THEN
        RETURN CASE
            WHEN goal IS NULL OR was IS NOT NULL AND NOT c -> 'was' ? goal_id THEN 'its goal does not change'
            WHEN was IS NULL AND NOT c -> 'was' ? goal_id
                AND (new -> 'before' <> '{}' OR new -> 'after' <> teamboard.terms_of(goal) OR new ->> 'reason' <> 'handed-over')
                THEN 'what it says of the goal is not so'
        END;
    ELSIF was IS NULL THEN
        old := c -> 'was' -> (new ->> 'continues');
        RETURN CASE
            WHEN old IS NULL OR c #>> ARRAY['new', new ->> 'continues', 'outcome'] IS DISTINCT FROM 'achieved'
                THEN 'it is the rest of no goal'
            WHEN teamboard.told_of(c, id) IS NULL THEN 'its owner is not told'
            WHEN teamboard.differs_from_rest(c, old, new) THEN 'it differs from the goal'
            ELSE coalesce(teamboard.bad_heir(c, new ->> 'continues', old ->> 'owner', new ->> 'owner'),
                teamboard.bad_measure(new -> 'measure'))
        END;
    ELSIF new ->> 'owner' = was ->> 'owner' AND NOT new ? 'outcome' THEN
        RETURN CASE WHEN new -> 'measure' <> was -> 'measure' OR new ? 'drives'
            OR c #>> ARRAY['new', was ->> 'drives', 'owner'] IS NOT DISTINCT FROM c #>> ARRAY['was', was ->> 'drives', 'owner']
            THEN 'it is handed over to nobody' END;
    ELSIF NOT coalesce(teamboard.tells_change(teamboard.told_of(c, id), was, new), false) THEN
        RETURN 'the revision tells something else';
    ELSIF new -> 'measure' <> was -> 'measure' AND (new #>> '{measure,kind}' <> 'metric'
        OR (new -> 'measure') - 'target' <> (was -> 'measure') - 'target') THEN
        RETURN 'of its measure only the target changes';
    ELSIF EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'revisions' AND r.belongs_to = id AND r.fields ->> 'state' = 'agreed'
            AND (r.fields ->> 'effective')::date > (c ->> 'today')::date
    ) THEN
        RETURN 'it changes already, on a later day';
    ELSIF NOT new ? 'outcome' THEN
        RETURN CASE WHEN new ? 'drives' THEN 'it drives a goal of another owner'
            ELSE coalesce(teamboard.bad_heir(c, id, was ->> 'owner', new ->> 'owner'), teamboard.bad_measure(new -> 'measure')) END;
    END IF;
    RETURN teamboard.bad_split(c, id, was, new);
END $$;

-- A goal of a member who leaves: closed, with a new owner, or split: what was reached stays, the rest is a new goal.
CREATE OR REPLACE FUNCTION teamboard.check_goal_of_leaver(c jsonb, leaver text, day date, id text, was jsonb, new jsonb) RETURNS text
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
            WHEN teamboard.differs_from_rest(c, old, new) THEN 'it differs from the goal'
            WHEN heir = leaver OR teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new owner has left'
            ELSE teamboard.bad_measure(new -> 'measure')
        END;
    ELSIF was ->> 'owner' <> leaver THEN
        RETURN 'it is somebody else''s';
    ELSIF new - ARRAY['owner', 'drives', 'outcome', 'closed'] <> was - ARRAY['owner', 'drives'] THEN
        RETURN CASE WHEN new -> 'measure' <> was -> 'measure' AND (new -> 'measure') - 'target' <> (was -> 'measure') - 'target'
            THEN 'of its measure only the target changes' ELSE teamboard.bad_split(c, id, was, new) END;
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

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['weight_of(jsonb)', 'differs_from_rest(jsonb, jsonb, jsonb)',
        'bad_split(jsonb, text, jsonb, jsonb)'] LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION teamboard.' || name || ' FROM PUBLIC';
        EXECUTE 'ALTER FUNCTION teamboard.' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;
