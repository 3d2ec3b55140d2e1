-- Check-ins that are late: about an earlier day than that on which they are written.

SET LOCAL search_path = pg_catalog, pg_temp;

CREATE OR REPLACE FUNCTION teamboard.check_check_in(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    goal constant jsonb := teamboard.goal((c ->> 'board')::bigint, new ->> 'goal');
    done constant jsonb := coalesce(new -> 'done', '[]');
    reached float8;
    in_order jsonb;
BEGIN
    IF goal IS NULL THEN
        RETURN 'the goal does not exist';
    ELSIF goal ? 'outcome' THEN
        RETURN 'the goal is over';
    ELSIF left(new ->> 'goal', 1) = 'T' AND goal ->> 'rolls_up' IS DISTINCT FROM 'own' THEN
        RETURN 'the team goal is the sum of others';
    ELSIF (new ->> 'on')::date > (c ->> 'today')::date THEN
        RETURN 'its day is in the future';
    ELSIF (new ->> 'on')::date < (goal ->> 'starts')::date THEN
        RETURN 'the goal starts later';
    END IF;
    IF goal #>> '{measure,kind}' = 'milestones' THEN
        SELECT coalesce(jsonb_agg(item -> 'name' ORDER BY place), '[]'),
            coalesce(sum(coalesce((item ->> 'weight')::float8, 1)), 0) INTO in_order, reached
        FROM jsonb_array_elements(goal #> '{measure,milestones}') WITH ORDINALITY AS m(item, place)
        WHERE done ? (item ->> 'name');
        IF done <> in_order OR abs(reached - (new ->> 'value')::float8) > 1e-6 * greatest(1, abs(reached)) THEN
            RETURN 'the milestones done do not fit the goal, or the value';
        END IF;
    ELSIF done <> '[]' THEN
        RETURN 'the goal has no milestones';
    ELSIF goal #>> '{measure,kind}' = 'done' AND (new ->> 'value')::float8 NOT IN (0, 1) THEN
        RETURN 'the goal is done or not';
    END IF;
    RETURN NULL;
END $$;

-- Help is wanted where the newest check-in says so: the last written, or of two days, that of the later day.
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
        WHERE r.board = of_board AND r.kind = 'checkins' AND r.belongs_to = was ->> 'goal' AND CASE
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
