-- An activity takes no check-in before its first week; one that was handed over takes those of the week that runs.

SET LOCAL search_path = pg_catalog, pg_temp;

-- As before, with the first week and the week that runs.
CREATE OR REPLACE FUNCTION teamboard.check_check_in(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    goal constant jsonb := teamboard.goal((c ->> 'board')::bigint, new ->> 'goal');
    done constant jsonb := coalesce(new -> 'done', '[]');
    measure constant jsonb := goal -> 'measure';
    leaves constant boolean := teamboard.checks_in_until_leaving((c ->> 'board')::bigint, c ->> 'me', new ->> 'goal');
    -- The rest of an activity that was handed over begins on Monday: the week that runs is the owner's before.
    runs constant boolean := measure ->> 'kind' = 'activity' AND (goal ->> 'due')::date >= (c ->> 'today')::date
        AND goal ->> 'outcome' = 'achieved' AND EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = (c ->> 'board')::bigint AND r.kind = 'goals' AND r.fields ->> 'continues' = new ->> 'goal');
    reached float8;
    in_order jsonb;
BEGIN
    IF goal IS NULL THEN
        RETURN 'the goal does not exist';
    ELSIF goal ? 'outcome' AND NOT leaves AND NOT (was IS NULL AND runs) THEN
        RETURN 'the goal is over';
    ELSIF left(new ->> 'goal', 1) = 'T' AND goal ->> 'rolls_up' IS DISTINCT FROM 'own' THEN
        RETURN 'the team goal is the sum of others';
    ELSIF (new ->> 'on')::date > (c ->> 'today')::date THEN
        RETURN 'its day is in the future';
    ELSIF (new ->> 'on')::date < (goal ->> 'starts')::date THEN
        RETURN 'the goal starts later';
    ELSIF was IS NULL AND measure ->> 'kind' = 'activity' AND coalesce((new ->> 'on')::date, (c ->> 'today')::date)
        < date_trunc('week', (goal ->> 'starts')::timestamp)::date THEN
        RETURN 'its first week comes later';
    ELSIF was IS NULL AND NOT leaves AND left(new ->> 'goal', 1) = 'G' AND coalesce((new ->> 'on')::date, (c ->> 'today')::date)
        < (teamboard.member((c ->> 'board')::bigint, goal ->> 'owner') ->> 'starts')::date THEN
        RETURN 'its owner begins later';
    ELSIF was IS NULL AND NOT leaves AND new ? 'on' AND left(new ->> 'goal', 1) = 'G' AND EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = (c ->> 'board')::bigint AND r.kind = 'revisions' AND r.belongs_to = new ->> 'goal'
            AND r.fields ->> 'state' = 'agreed' AND r.fields -> 'before' ? 'owner'
            AND (r.fields ->> 'effective')::date > (new ->> 'on')::date
    ) THEN
        RETURN 'it was somebody else''s on that day';
    ELSIF new ?| '{call,best}' AND measure ->> 'kind' NOT IN ('metric', 'activity') THEN
        RETURN 'a call is for a number';
    ELSIF measure ->> 'kind' = 'activity' AND least((new ->> 'call')::float8, (new ->> 'best')::float8) < 0 THEN
        RETURN 'a call of a count is not below 0';
    ELSIF (CASE WHEN (measure ->> 'target')::float8 < (measure ->> 'start')::float8
        THEN (new ->> 'best')::float8 > (new ->> 'call')::float8
        ELSE (new ->> 'best')::float8 < (new ->> 'call')::float8 END) THEN
        RETURN 'the best case is worse than the call';
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
