-- Handing a goal over: in place, or split by value, where the rest is a new goal.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Why a member can't take a goal that is handed over; null if they can.
CREATE FUNCTION teamboard.bad_heir(c jsonb, goal_id text, old_owner text, new_owner text) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    me constant text := c ->> 'me';
    today constant date := (c ->> 'today')::date;
    heir constant jsonb := teamboard.member(of_board, new_owner);
BEGIN
    RETURN CASE
        WHEN NOT (teamboard.sets_goals_of(of_board, me, old_owner) OR left(goal_id, 1) = 'T' AND old_owner = me)
            THEN 'it is not yours'
        WHEN heir IS NULL OR new_owner = old_owner OR teamboard.has_left(heir, today) THEN 'the new owner is not another member'
        WHEN EXISTS (
            SELECT FROM jsonb_array_elements(coalesce(heir -> 'away', '[]')) AS a(away)
            WHERE today BETWEEN (away ->> 'starts')::date AND (away ->> 'ends')::date
        ) THEN 'the new owner is away'
        WHEN left(goal_id, 1) = 'G' AND new_owner <> me AND NOT teamboard.sets_goals_of(of_board, me, new_owner)
            THEN 'the new owner is not yours'
    END;
END $$;

-- A goal in place, what drives it, the part that stays or the rest; the revisions that tell it; the proposal it declines.
CREATE FUNCTION teamboard.check_handed_over(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    goal_id constant text := CASE WHEN left(id, 1) = 'V' THEN new ->> 'goal' ELSE id END;
    goal constant jsonb := c -> 'new' -> goal_id;
    old jsonb;
    rest jsonb;
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
            WHEN new - ARRAY['owner', 'measure', 'starts', 'set_on', 'continues']
                <> old - ARRAY['owner', 'measure', 'starts', 'set_on', 'continues', 'drives']
                OR (new -> 'measure') - ARRAY['start', 'target'] <> (old -> 'measure') - ARRAY['start', 'target']
                OR (new ->> 'due')::date < (new ->> 'starts')::date THEN 'it differs from the goal'
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
    SELECT value INTO rest FROM jsonb_each(c -> 'new') WHERE value ->> 'continues' = id AND NOT c -> 'was' ? key;
    RETURN CASE
        WHEN rest IS NULL THEN 'nobody has the rest'
        WHEN NOT EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'checkins' AND r.belongs_to = id
                AND r.fields -> 'value' = new #> '{measure,target}'
        ) THEN 'its target is not what was reached'
        ELSE teamboard.bad_measure(new -> 'measure')
    END;
END $$;

CREATE OR REPLACE FUNCTION teamboard.missed(of_board bigint, of_kind text, id text, was jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF of_kind IN ('goals', 'team_goals') AND EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = of_board AND (r.kind IN ('checkins', 'revisions') AND r.belongs_to = id
            OR r.kind = 'goals' AND (r.fields -> 'aligned' ? id OR id IN (r.fields ->> 'drives', r.fields ->> 'continues'))
            OR r.kind = 'team_goals' AND r.fields ->> 'serves' = id)
    ) OR of_kind = 'members' AND EXISTS (
        SELECT FROM teamboard.records r JOIN teamboard.kinds k USING (kind) CROSS JOIN unnest(k.people) AS name
        WHERE r.board = of_board AND r.fields ->> name = was ->> 'handle'
    ) THEN
        RETURN 'other records refer to it';
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['bad_heir(jsonb, text, text, text)', 'check_handed_over(jsonb, text, jsonb, jsonb)'] LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION teamboard.' || name || ' FROM PUBLIC';
        EXECUTE 'ALTER FUNCTION teamboard.' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;
