-- Goals that their owners propose: they count once their managers agree, and are gone if they don't.

SET LOCAL search_path = pg_catalog, pg_temp;

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
    RETURN found;
END $$;

-- Nothing is written about a goal that is proposed, or was not agreed.
CREATE FUNCTION teamboard.check_counted_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    goal_id constant text := CASE WHEN left(id, 1) = 'C' THEN coalesce(new, was) ->> 'goal' ELSE id END;
BEGIN
    RETURN CASE WHEN EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = (c ->> 'board')::bigint AND r.kind = 'revisions' AND r.belongs_to = goal_id
            AND r.fields ->> 'state' <> 'agreed' AND r.fields -> 'before' = '{}'
    ) THEN 'the goal is not agreed yet' END;
END $$;

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
        ELSE coalesce(teamboard.bad_measure(new -> 'measure'), teamboard.check_alignment(c, id, was, new))
    END;
END $$;

-- The revision with which somebody proposes a new goal of their own to their manager.
CREATE FUNCTION teamboard.check_proposed_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    goal constant jsonb := c #> ARRAY['new', new ->> 'goal'];
BEGIN
    RETURN CASE
        WHEN goal IS NULL OR c -> 'was' ? (new ->> 'goal') THEN 'it is about no new goal'
        WHEN new -> 'before' <> '{}' OR new -> 'after' <> teamboard.terms_of(goal) THEN 'what it says of the goal is not so'
        WHEN teamboard.manager_of((c ->> 'board')::bigint, c ->> 'me') IS NULL THEN 'nobody is asked to agree to it'
    END;
END $$;

-- Whether the proposal of a goal is answered in this commit, with one of some states.
CREATE FUNCTION teamboard.is_answered(c jsonb, goal_id text, states text[]) RETURNS boolean
IMMUTABLE LANGUAGE sql RETURN EXISTS (
    SELECT FROM jsonb_each(c -> 'new')
    WHERE left(key, 1) = 'V' AND value ->> 'goal' = goal_id AND value -> 'before' = '{}' AND value ->> 'state' = ANY (states)
        AND c #>> ARRAY['was', key, 'state'] = 'proposed'
);

CREATE FUNCTION teamboard.check_agreed_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN NOT teamboard.is_answered(c, id, ARRAY['agreed']) THEN 'nobody agrees to it'
        ELSE teamboard.check_alignment(c, id, was, new) END;
END $$;

CREATE FUNCTION teamboard.check_unagreed_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN NOT teamboard.is_answered(c, id, ARRAY['declined', 'withdrawn']) THEN 'nobody declines or withdraws it'
        WHEN NOT new ? 'closed' THEN 'it closes today'
    END;
END $$;

-- The proposal that a new revision of the same goal replaces.
CREATE OR REPLACE FUNCTION teamboard.check_replaced(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    by_revision text;
BEGIN
    SELECT key INTO by_revision FROM jsonb_each(c -> 'new')
    WHERE left(key, 1) = 'V' AND value ->> 'goal' = was ->> 'goal' AND NOT c -> 'was' ? key;
    RETURN CASE WHEN by_revision IS NULL THEN 'no other revision takes its place'
        WHEN was -> 'before' = '{}' THEN 'a goal that is proposed is not revised'
        WHEN new ? 'word' AND new ->> 'word' <> by_revision || ' instead' THEN 'the word is another' END;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'check_counted_goal(jsonb,text,jsonb,jsonb)', 'check_proposed_goal(jsonb,text,jsonb,jsonb)',
        'check_agreed_goal(jsonb,text,jsonb,jsonb)', 'check_unagreed_goal(jsonb,text,jsonb,jsonb)',
        'is_answered(jsonb,text,text[])'
    ] LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION teamboard.' || name || ' FROM PUBLIC';
        EXECUTE 'ALTER FUNCTION teamboard.' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;
