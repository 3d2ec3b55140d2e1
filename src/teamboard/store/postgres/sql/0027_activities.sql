-- Activities: a number to do in each week, and the goal of the same owner that they drive.

SET LOCAL search_path = pg_catalog, pg_temp;

-- A goal or a check-in of an activity. Only a member has one; it drives an open goal of the same owner, in no circle.
CREATE FUNCTION teamboard.check_activity(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    driven jsonb;
BEGIN
    IF left(id, 1) = 'C' THEN
        RETURN CASE WHEN (new ->> 'value')::float8 < 0
            AND teamboard.goal(of_board, new ->> 'goal') #>> '{measure,kind}' = 'activity'
            THEN 'a count of a week is not below 0' END;
    ELSIF left(id, 1) = 'T' THEN
        RETURN CASE WHEN new #>> '{measure,kind}' = 'activity' THEN 'a team goal has no number per week' END;
    ELSIF NOT new ? 'drives' OR new -> 'drives' IS NOT DISTINCT FROM was -> 'drives' THEN
        RETURN NULL;
    END IF;
    driven := CASE WHEN left(new ->> 'drives', 1) = 'G' THEN
        coalesce(c #> ARRAY['new', new ->> 'drives'], teamboard.record(of_board, new ->> 'drives')) END;
    RETURN CASE
        WHEN new #>> '{measure,kind}' <> 'activity' THEN 'only an activity drives a goal'
        WHEN driven IS NULL OR driven ? 'outcome' THEN 'it drives what is not an open goal of a member'
        WHEN driven ->> 'owner' <> new ->> 'owner' THEN 'it drives a goal of another owner'
        WHEN EXISTS (
            WITH RECURSIVE steps(goal) AS (
                SELECT new ->> 'drives'
                UNION
                SELECT teamboard.record(of_board, s.goal) ->> 'drives' FROM steps s
                WHERE teamboard.record(of_board, s.goal) ? 'drives'
            )
            SELECT FROM steps WHERE goal = id
        ) THEN 'goals drive each other in a circle'
    END;
END $$;

REVOKE ALL ON FUNCTION teamboard.check_activity(jsonb, text, jsonb, jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.check_activity(jsonb, text, jsonb, jsonb) OWNER TO teamboard_owner;
