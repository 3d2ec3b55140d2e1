-- The owner's manager or above, at any number of levels; a member may lose their manager and become a head.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Whether somebody is the manager of a member, or that manager's manager, and so on.
CREATE FUNCTION teamboard.is_above(of_board bigint, me text, of_handle text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
DECLARE
    above text := teamboard.manager_of(of_board, of_handle);
    seen text[] := '{}';
BEGIN
    WHILE above IS NOT NULL AND above <> ALL (seen) LOOP
        IF above = me THEN
            RETURN true;
        END IF;
        seen := seen || above;
        above := teamboard.manager_of(of_board, above);
    END LOOP;
    RETURN false;
END $$;

REVOKE ALL ON FUNCTION teamboard.is_above(bigint, text, text) FROM PUBLIC;
ALTER FUNCTION teamboard.is_above(bigint, text, text) OWNER TO teamboard_owner;

-- Whether somebody may write a record of this kind under a rule.
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
        RETURN me = CASE WHEN fields ->> 'by' = owner THEN teamboard.manager_of(of_board, owner) ELSE owner END;
    END IF;
    RETURN coalesce(may ? 'owner' AND owner = me, false)
        OR coalesce(may ? 'owner''s manager' AND teamboard.manager_of(of_board, owner) = me, false)
        OR coalesce(may ? 'owner''s manager or above' AND teamboard.is_above(of_board, me, owner), false)
        OR coalesce(may ? 'giver' AND fields ->> 'from' = me, false)
        OR may ? 'manager' AND teamboard.is_manager(of_board, me)
        OR may ? 'manager where nobody is above' AND teamboard.manager_of(of_board, owner) IS NULL
            AND teamboard.is_manager(of_board, me);
END $$;

-- A member with a name, a handle that nothing else has, and logins that nobody else has; a manager is replaced, not lost.
CREATE OR REPLACE FUNCTION teamboard.check_member(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    logins constant jsonb := coalesce(new -> 'logins', '[]');
    known constant jsonb := coalesce(was -> 'logins', '[]');
BEGIN
    RETURN CASE
        WHEN new ->> 'handle' !~ '^[a-z0-9][a-z0-9._-]{0,31}$'
            OR EXISTS (SELECT FROM teamboard.reserved_handles h WHERE h.handle = new ->> 'handle') THEN 'the handle is not valid'
        WHEN new ->> 'name' = '' THEN 'the name is missing'
        WHEN NOT teamboard.begins_with(logins, known) OR EXISTS (
            SELECT FROM jsonb_array_elements(logins) WITH ORDINALITY AS l(login, place)
            JOIN teamboard.records m ON m.board = (c ->> 'board')::bigint AND m.kind = 'members'
            WHERE place > jsonb_array_length(known) AND m.fields -> 'logins' @> login
        ) THEN 'a login is another''s'
    END;
END $$;
