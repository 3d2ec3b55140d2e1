-- Removing a goal on which nothing is built, with the revision that made it.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Whether somebody closes or removes a goal: above its owner, or its owner where nobody else has a say.
CREATE FUNCTION teamboard.decides_about(of_board bigint, me text, id text, goal jsonb) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN teamboard.sets_goals_of(of_board, me, goal ->> 'owner')
        OR goal ->> 'owner' = me AND (left(id, 1) = 'T' OR goal ->> 'kind' <> 'result');
END $$;

CREATE FUNCTION teamboard.check_unused_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
BEGIN
    IF left(id, 1) = 'V' THEN
        RETURN CASE WHEN was -> 'before' <> '{}' OR NOT c -> 'was' ? (was ->> 'goal') OR c -> 'new' ? (was ->> 'goal')
            THEN 'the revision stays' END;
    END IF;
    -- Check-ins, other revisions and aligned goals refer to it, which no commit leaves.
    RETURN CASE
        WHEN left(id, 1) = 'T' AND NOT teamboard.is_manager(of_board, c ->> 'me')
            OR left(id, 1) = 'G' AND NOT teamboard.decides_about(of_board, c ->> 'me', id, was) THEN 'it is not yours'
        WHEN EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'feedback' AND r.fields ->> 'about' = id
        ) THEN 'there is feedback about it'
    END;
END $$;

-- Whether a record that was removed is still referred to.
CREATE OR REPLACE FUNCTION teamboard.missed(of_board bigint, of_kind text, id text, was jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF of_kind IN ('goals', 'team_goals') AND EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = of_board AND (r.kind IN ('checkins', 'revisions') AND r.belongs_to = id
            OR r.kind = 'goals' AND (r.fields -> 'aligned' ? id OR r.fields ->> 'drives' = id))
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
    FOREACH name IN ARRAY ARRAY['decides_about(bigint, text, text, jsonb)', 'check_unused_goal(jsonb, text, jsonb, jsonb)']
    LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION teamboard.' || name || ' FROM PUBLIC';
        EXECUTE 'ALTER FUNCTION teamboard.' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;
