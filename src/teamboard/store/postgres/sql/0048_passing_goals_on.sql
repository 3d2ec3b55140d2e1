-- A team goal serves no goal that is closed with the period; what drives a leaver's goal goes with it; what a sum counts is
-- split when it is handed over; and nobody gives more weight to a goal of their own alone.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Whether a metric is split when it is handed over: a team goal sums it up, and by every check-in something was reached.
CREATE FUNCTION teamboard.is_to_split(of_board bigint, id text, goal jsonb) RETURNS boolean STABLE LANGUAGE sql
RETURN goal #>> '{measure,kind}' = 'metric'
    AND EXISTS (
        SELECT FROM jsonb_object_keys(coalesce(goal -> 'aligned', '{}')) AS t(key)
        WHERE teamboard.record(of_board, key) ->> 'rolls_up' = 'sum'
    )
    AND coalesce((
        SELECT bool_and(((r.fields ->> 'value')::float8 - (goal #>> '{measure,start}')::float8)
            * ((goal #>> '{measure,target}')::float8 - (goal #>> '{measure,start}')::float8) > 0)
        FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'checkins' AND r.belongs_to = id
    ), false);

-- As before, but a team goal that served a closed one may serve none.
CREATE OR REPLACE FUNCTION teamboard.check_rolled_over(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    period jsonb;
    shares float8;
BEGIN
    SELECT value -> 'period' INTO period FROM jsonb_each(c -> 'new') WHERE left(key, 1) = 'B';
    IF left(id, 1) = 'V' THEN
        RETURN CASE WHEN c #>> ARRAY['new', was ->> 'goal', 'outcome'] IS NULL THEN 'its goal goes on' END;
    ELSIF was IS NULL AND NOT EXISTS (
        SELECT FROM jsonb_each(c -> 'new')
        WHERE left(key, 1) = left(id, 1) AND value ? 'outcome' AND value ->> 'owner' = new ->> 'owner'
            AND value ->> 'title' = new ->> 'title' AND value -> 'measure' = new -> 'measure'
    ) OR was IS NULL AND (new -> 'starts' <> period -> 'starts' OR new -> 'due' <> period -> 'ends') THEN
        RETURN 'it renews no goal that is closed';
    ELSIF (new ? 'outcome') <> (new ? 'closed') OR new ? 'outcome' AND (new -> 'due' <> was -> 'due'
        OR (new ->> 'closed')::date <> greatest((period ->> 'starts')::date - 1, (was ->> 'starts')::date)) THEN
        RETURN 'a goal closes with the period';
    ELSIF new -> 'due' <> was -> 'due' AND new -> 'due' <> period -> 'ends' THEN
        RETURN 'a goal is carried to the end of the period';
    ELSIF was IS NOT NULL AND new -> 'serves' IS DISTINCT FROM was -> 'serves'
        AND (NOT new ? 'serves'
                AND NOT coalesce(c #> ARRAY['new', was ->> 'serves'], teamboard.goal(of_board, was ->> 'serves')) ? 'outcome'
            OR new ? 'serves' AND (NOT c -> 'new' ? (new ->> 'serves') OR c -> 'was' ? (new ->> 'serves')))
        OR was IS NULL AND c #>> ARRAY['new', new ->> 'serves', 'outcome'] IS NOT NULL THEN
        RETURN 'it serves another team goal';
    ELSIF new -> 'aligned' IS DISTINCT FROM was -> 'aligned' THEN
        SELECT sum(value::text::float8) INTO shares FROM jsonb_each(coalesce(new -> 'aligned', '{}'));
        RETURN CASE WHEN abs(shares - 1) > 1e-6 THEN 'the shares do not add up to 1' END;
    END IF;
    RETURN NULL;
END $$;

-- As before, but not in place where it is split.
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
            WHEN teamboard.is_to_split(of_board, id, was) THEN 'what was reached stays with its owner'
            ELSE coalesce(teamboard.bad_heir(c, id, was ->> 'owner', new ->> 'owner'), teamboard.bad_measure(new -> 'measure')) END;
    END IF;
    RETURN teamboard.bad_split(c, id, was, new);
END $$;

-- As before, but not in place where it is split, and what drives a goal goes on where both go to one member.
CREATE OR REPLACE FUNCTION teamboard.check_goal_of_leaver(c jsonb, leaver text, day date, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    heir constant text := new ->> 'owner';
    driven constant jsonb := coalesce(c #> ARRAY['new', new ->> 'drives'], teamboard.goal(of_board, new ->> 'drives'));
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
        WHEN new ? 'closed' OR heir = leaver THEN 'it is closed or handed over'
        WHEN new ? 'drives' AND (driven IS NULL OR driven ? 'outcome' OR driven ->> 'owner' <> heir
            OR coalesce(was ->> 'drives', '') NOT IN
                (new ->> 'drives', coalesce(driven ->> 'continues', new ->> 'drives'))) THEN 'it drives another goal'
        WHEN left(id, 1) = 'G' AND teamboard.is_to_split(of_board, id, was) THEN 'what was reached stays with its owner'
        WHEN teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new owner has left'
        WHEN left(id, 1) = 'G' AND teamboard.told_of(c, id) IS NULL THEN 'its owner is not told'
    END;
END $$;

-- As before, but nobody gives a goal of their own more weight alone.
CREATE OR REPLACE FUNCTION teamboard.check_new_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN new ->> 'title' = '' THEN 'the title is missing'
        WHEN (new ->> 'due')::date < (new ->> 'starts')::date THEN 'it is due before it starts'
        WHEN new ->> 'rolls_up' = 'sum' AND new #>> '{measure,kind}' <> 'metric' THEN 'only a metric can be a sum'
        WHEN new ->> 'kind' = 'result' AND new ->> 'owner' = c ->> 'me'
            AND teamboard.manager_of((c ->> 'board')::bigint, c ->> 'me') IS NOT NULL AND NOT EXISTS (
                SELECT FROM jsonb_each(c -> 'new')
                WHERE left(key, 1) = 'V' AND value ->> 'goal' = id AND value ->> 'state' = 'proposed'
            ) THEN 'a result goal of one''s own is proposed'
        WHEN c ->> 'verb' = 'add a goal' AND new ->> 'owner' = c ->> 'me' AND (new ->> 'weight')::numeric > 1
            AND teamboard.manager_of((c ->> 'board')::bigint, c ->> 'me') IS NOT NULL THEN 'its weight is given by a manager'
        ELSE coalesce(teamboard.bad_measure(new -> 'measure'), teamboard.check_alignment(c, id, was, new))
    END;
END $$;

REVOKE ALL ON FUNCTION teamboard.is_to_split(bigint, text, jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.is_to_split(bigint, text, jsonb) OWNER TO teamboard_owner;
