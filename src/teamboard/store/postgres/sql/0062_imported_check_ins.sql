-- An imported check-in is of the member whose the goal was on the day of the fact, and says where it is from. It says
-- nothing of the help that is wanted.

SET LOCAL search_path = pg_catalog, pg_temp;

-- The owner of a goal on a day: whoever had it before the first hand-over after that day, else today's.
CREATE FUNCTION teamboard.owner_on(of_board bigint, goal text, day date) RETURNS text
STABLE LANGUAGE sql
RETURN coalesce(
    (
        SELECT r.fields #>> '{before,owner}' FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'revisions' AND r.belongs_to = goal
            AND r.fields ->> 'state' = 'agreed' AND r.fields -> 'before' ? 'owner'
            AND coalesce((r.fields ->> 'effective')::date,
                teamboard.day_of(of_board, (r.fields ->> 'at')::timestamptz)) > day
        ORDER BY coalesce((r.fields ->> 'effective')::date,
            teamboard.day_of(of_board, (r.fields ->> 'at')::timestamptz)), r.number
        LIMIT 1
    ),
    teamboard.goal(of_board, goal) ->> 'owner'
);

CREATE OR REPLACE FUNCTION teamboard.check_imported_check_in(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    goal jsonb;
    fact jsonb;
BEGIN
    IF new IS NULL THEN
        RETURN NULL;
    END IF;
    goal := teamboard.goal(of_board, new ->> 'goal');
    fact := coalesce(c #> ARRAY['new', new ->> 'fact'], teamboard.record(of_board, new ->> 'fact'));
    RETURN CASE
        WHEN left(new ->> 'fact', 1) <> 'E' OR fact IS NULL
            OR fact ->> 'member' IS DISTINCT FROM teamboard.owner_on(of_board, new ->> 'goal', (fact ->> 'on')::date)
            OR goal #>> '{measure,kind}' <> 'metric' OR left(new ->> 'goal', 1) <> 'G' THEN 'it fits no fact of the owner'
        WHEN new ->> 'note' <> '' THEN 'it has a note'
        WHEN new -> 'value' <> fact -> 'value' THEN 'its value is not that of the fact'
        WHEN new -> 'source' <> fact -> 'source' THEN 'its source is not that of the fact'
        WHEN (new ->> 'at')::timestamptz > (c ->> 'now')::timestamptz THEN 'it is in the future'
    END;
END $$;

-- As before, but an import since does not answer a call for help.
CREATE OR REPLACE FUNCTION teamboard.check_help_wanted(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    mine constant bigint := substr(id, 2)::bigint;
    day constant date := coalesce((was ->> 'on')::date, teamboard.day_of(of_board, (was ->> 'at')::timestamptz));
BEGIN
    IF teamboard.goal(of_board, was ->> 'goal') ->> 'owner' = c ->> 'me' THEN
        RETURN 'it is your own goal';
    ELSIF EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'checkins' AND r.belongs_to = was ->> 'goal'
            AND NOT (r.fields ?| '{fact,source}') AND CASE
            WHEN was ? 'on' OR r.fields ? 'on' THEN
                (coalesce((r.fields ->> 'on')::date,
                    teamboard.day_of(of_board, (r.fields ->> 'at')::timestamptz)), r.number) > (day, mine)
            ELSE r.number > mine
        END
    ) THEN
        RETURN 'there is a newer check-in';
    END IF;
    RETURN NULL;
END $$;
