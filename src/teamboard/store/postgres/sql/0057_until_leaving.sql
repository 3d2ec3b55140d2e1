-- Who leaves on a later day checks in until then on what was handed over from them, and on what stays theirs of it.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Whether a member who leaves had a goal until it was handed over, or has what stays of it. Once they have left they write nothing.
CREATE FUNCTION teamboard.checks_in_until_leaving(of_board bigint, me text, goal_id text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
DECLARE
    goal jsonb;
BEGIN
    IF NOT coalesce(teamboard.member(of_board, me) ? 'left', false) THEN
        RETURN false;
    END IF;
    goal := teamboard.goal(of_board, goal_id);
    RETURN CASE WHEN goal ? 'outcome' THEN goal ->> 'owner' = me AND EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'goals' AND r.fields ->> 'continues' = goal_id)
        ELSE EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'revisions' AND r.belongs_to = goal_id
                AND r.fields ->> 'state' = 'agreed' AND r.fields #>> '{before,owner}' = me) END;
END $$;

REVOKE ALL ON FUNCTION teamboard.checks_in_until_leaving(bigint, text, text) FROM PUBLIC;
ALTER FUNCTION teamboard.checks_in_until_leaving(bigint, text, text) OWNER TO teamboard_owner;

-- As before, with `checks_in_until_leaving`.
CREATE OR REPLACE FUNCTION teamboard.check_check_in(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    goal constant jsonb := teamboard.goal((c ->> 'board')::bigint, new ->> 'goal');
    done constant jsonb := coalesce(new -> 'done', '[]');
    measure constant jsonb := goal -> 'measure';
    leaves constant boolean := teamboard.checks_in_until_leaving((c ->> 'board')::bigint, c ->> 'me', new ->> 'goal');
    reached float8;
    in_order jsonb;
BEGIN
    IF goal IS NULL THEN
        RETURN 'the goal does not exist';
    ELSIF goal ? 'outcome' AND NOT leaves THEN
        RETURN 'the goal is over';
    ELSIF left(new ->> 'goal', 1) = 'T' AND goal ->> 'rolls_up' IS DISTINCT FROM 'own' THEN
        RETURN 'the team goal is the sum of others';
    ELSIF (new ->> 'on')::date > (c ->> 'today')::date THEN
        RETURN 'its day is in the future';
    ELSIF (new ->> 'on')::date < (goal ->> 'starts')::date THEN
        RETURN 'the goal starts later';
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

-- As before, with `checks_in_until_leaving`.
CREATE OR REPLACE FUNCTION teamboard.is_theirs(of_board bigint, rule jsonb, me text, kind text, fields jsonb) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
DECLARE
    may constant jsonb := rule -> 'may';
    whose constant text := rule ->> 'whose';
    owner text;
BEGIN
    IF whose = 'check' OR may ? 'member' THEN
        RETURN true;
    ELSIF whose = 'author' THEN
        RETURN fields ->> 'by' = me;
    ELSIF whose = 'side' AND me NOT IN (fields ->> 'member', fields ->> 'manager') THEN
        RETURN false;
    END IF;
    owner := CASE
        WHEN kind = 'members' THEN fields ->> 'handle'
        WHEN kind IN ('goals', 'team_goals') THEN fields ->> 'owner'
        WHEN kind = 'checkins' AND fields ->> 'by' = me AND teamboard.checks_in_until_leaving(of_board, me, fields ->> 'goal') THEN me
        WHEN kind IN ('checkins', 'revisions') THEN teamboard.goal(of_board, fields ->> 'goal') ->> 'owner'
        WHEN kind = 'feedback' THEN fields ->> 'to'
        WHEN kind IN ('one_on_ones', 'facts', 'reviews') THEN fields ->> 'member'
    END;
    IF whose = 'asked' THEN
        RETURN me = CASE WHEN fields ->> 'by' = owner THEN coalesce(teamboard.manager_of(of_board, owner), owner) ELSE owner END;
    END IF;
    RETURN coalesce(may ? 'owner' AND owner = me, false)
        OR coalesce(may ? 'owner''s manager' AND teamboard.manager_of(of_board, owner) = me, false)
        OR coalesce(may ? 'owner''s manager or above' AND teamboard.is_above(of_board, me, owner), false)
        OR coalesce(may ? 'giver' AND fields ->> 'from' = me, false)
        OR may ? 'manager' AND teamboard.is_manager(of_board, me)
        OR may ? 'manager where nobody is above' AND teamboard.is_manager(of_board, me)
            AND NOT teamboard.has_somebody_above(of_board, owner);
END $$;
