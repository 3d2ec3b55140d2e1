-- What is checked of goals that were handed over and of sums: a day of the owner before takes no check-in, the rest of a goal
-- is not removed, and nobody adds a skill or career goal of their own to a sum alone.

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
    ELSIF was IS NULL AND new ? 'on' AND left(new ->> 'goal', 1) = 'G' AND EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = (c ->> 'board')::bigint AND r.kind = 'revisions' AND r.belongs_to = new ->> 'goal'
            AND r.fields ->> 'state' = 'agreed' AND r.fields -> 'before' ? 'owner'
            AND (r.fields ->> 'effective')::date > (new ->> 'on')::date
    ) THEN
        RETURN 'it was somebody else''s on that day';
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

CREATE OR REPLACE FUNCTION teamboard.check_unused_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
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
        WHEN was ? 'continues' THEN 'it is the rest of another goal'
        WHEN EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'feedback' AND r.fields ->> 'about' = id
        ) THEN 'there is feedback about it'
    END;
END $$;

-- Shares of open team goals that add up to 1, or none; for a team goal the one that it serves.
CREATE OR REPLACE FUNCTION teamboard.check_alignment(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    named text;
    share float8;
    goal jsonb;
    total float8 := 0;
BEGIN
    IF left(id, 1) = 'T' THEN
        RETURN teamboard.bad_serving(c, new);
    END IF;
    FOR named, share IN SELECT key, value::text::float8 FROM jsonb_each(coalesce(new -> 'aligned', '{}')) LOOP
        goal := CASE WHEN left(named, 1) = 'T' THEN teamboard.record((c ->> 'board')::bigint, named) END;
        IF goal IS NULL OR goal ? 'outcome' THEN
            RETURN 'it is aligned to what is not an open team goal';
        ELSIF goal ->> 'rolls_up' = 'sum' AND goal #>> '{measure,kind}' = 'metric'
            AND new #>> '{measure,unit}' IS DISTINCT FROM goal #>> '{measure,unit}' THEN
            RETURN 'it is aligned to a sum in another unit';
        ELSIF goal ->> 'rolls_up' = 'sum' AND new ->> 'kind' <> 'result' AND new ->> 'owner' = c ->> 'me'
            AND c ->> 'verb' IN ('add a goal', 'align a goal') AND NOT coalesce(was -> 'aligned', '{}') ? named
            AND teamboard.manager_of((c ->> 'board')::bigint, c ->> 'me') IS NOT NULL THEN
            RETURN 'what a sum adds up is agreed';
        ELSIF share <= 0 THEN
            RETURN 'a share must be above 0';
        END IF;
        total := total + share;
    END LOOP;
    IF total <> 0 AND abs(total - 1) > 1e-6 THEN
        RETURN 'the shares do not add up to 1';
    END IF;
    RETURN NULL;
END $$;
