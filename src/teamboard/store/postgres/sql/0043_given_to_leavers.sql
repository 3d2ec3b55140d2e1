-- Who leaves is given nothing that outlives the day; and the proposals of somebody who becomes a head can be answered.

SET LOCAL search_path = pg_catalog, pg_temp;

-- The first day on which a member is off the board, after a commit; null if they stay.
CREATE FUNCTION teamboard.leaves_on(c jsonb, of_handle text) RETURNS date STABLE LANGUAGE plpgsql AS $$
DECLARE
    found jsonb;
BEGIN
    SELECT value INTO found FROM jsonb_each(c -> 'new') WHERE left(key, 1) = 'M' AND value ->> 'handle' = of_handle;
    RETURN (coalesce(found, teamboard.member((c ->> 'board')::bigint, of_handle)) ->> 'left')::date;
END $$;

-- Why a record can't be given to somebody who leaves: an open goal, reports, a meeting on a day after it. Null if it can.
CREATE FUNCTION teamboard.outlives(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    kind constant text := left(id, 1);
BEGIN
    RETURN CASE
        WHEN kind IN ('G', 'T') AND NOT new ? 'outcome' AND (was IS NULL OR was ? 'outcome' OR was ->> 'owner' <> new ->> 'owner')
            AND teamboard.leaves_on(c, new ->> 'owner') IS NOT NULL THEN 'its owner leaves the team'
        WHEN kind = 'M' AND NOT new ? 'left' AND (was ? 'left' OR was ->> 'manager' IS DISTINCT FROM new ->> 'manager')
            AND teamboard.leaves_on(c, new ->> 'manager') IS NOT NULL THEN 'the manager leaves the team'
        WHEN kind IN ('O', 'R') AND NOT new ? 'held' AND was ->> 'on' IS DISTINCT FROM new ->> 'on'
            AND teamboard.leaves_on(c, new ->> 'member') <= (new ->> 'on')::date THEN 'the member leaves by then'
    END;
END $$;

-- The check of a name that the table of verbs has.
CREATE OR REPLACE FUNCTION teamboard.named_check(name text, c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    -- Most commits are check-ins: the statement of an EXECUTE is planned each time.
    IF name = 'check_in' THEN
        RETURN teamboard.check_check_in(c, id, was, new);
    ELSIF name = 'activity' THEN
        RETURN teamboard.check_activity(c, id, was, new);
    ELSIF name = 'counted_goal' THEN
        RETURN teamboard.check_counted_goal(c, id, was, new);
    ELSIF to_regprocedure(format('teamboard.%I(jsonb,text,jsonb,jsonb)', 'check_' || name)) IS NULL THEN
        RETURN 'the database does not know this check';
    END IF;
    EXECUTE format('SELECT teamboard.%I($1, $2, $3, $4)', 'check_' || name) INTO found USING c, id, was, new;
    IF found IS NULL AND name IN (
        'new_goal', 'agreed_goal', 'handed_over', 'closing', 'leaving', 'member', 'returning', 'talk', 'planned_review'
    ) THEN
        RETURN teamboard.outlives(c, id, was, new);
    END IF;
    RETURN found;
END $$;

-- Whether somebody may write a record of this kind under a rule. Who has no manager any more answers their own proposals.
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
        OR may ? 'manager where nobody is above' AND teamboard.manager_of(of_board, owner) IS NULL
            AND teamboard.is_manager(of_board, me);
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['leaves_on(jsonb, text)', 'outlives(jsonb, text, jsonb, jsonb)'] LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION teamboard.' || name || ' FROM PUBLIC';
        EXECUTE 'ALTER FUNCTION teamboard.' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;
