-- Those above a member change what the board says of them, rename them and put down that they leave; any manager where nobody
-- who stays is above.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Whether a manager of a member, or that one's manager and so on, stays on the team.
CREATE FUNCTION teamboard.has_somebody_above(of_board bigint, of_handle text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
DECLARE
    above jsonb := teamboard.member(of_board, teamboard.manager_of(of_board, of_handle));
    seen text[] := '{}';
BEGIN
    WHILE above IS NOT NULL AND above ->> 'handle' <> ALL (seen) LOOP
        IF NOT above ? 'left' THEN
            RETURN true;
        END IF;
        seen := seen || (above ->> 'handle');
        above := teamboard.member(of_board, above ->> 'manager');
    END LOOP;
    RETURN false;
END $$;

REVOKE ALL ON FUNCTION teamboard.has_somebody_above(bigint, text) FROM PUBLIC;
ALTER FUNCTION teamboard.has_somebody_above(bigint, text) OWNER TO teamboard_owner;

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

-- Whether somebody sets the goals of a member: above them, or a manager where nobody is above.
CREATE OR REPLACE FUNCTION teamboard.sets_goals_of(of_board bigint, me text, owner text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN teamboard.is_above(of_board, me, owner)
        OR teamboard.is_manager(of_board, me) AND NOT teamboard.has_somebody_above(of_board, owner);
END $$;

-- Of one member who leaves, and of what is theirs: handed over, closed, or with the new manager.
CREATE OR REPLACE FUNCTION teamboard.check_leaving(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    kind constant text := left(id, 1);
    leaver text;
    day date;
    leavers bigint;
    heir text;
BEGIN
    SELECT count(*), min(value ->> 'handle'), greatest(min((value ->> 'left')::date), (c ->> 'today')::date)
    INTO leavers, leaver, day FROM jsonb_each(c -> 'new')
    WHERE left(key, 1) = 'M' AND value -> 'left' IS DISTINCT FROM c #> ARRAY['was', key, 'left'];
    IF leavers <> 1 THEN
        RETURN 'one member leaves';
    ELSIF NOT teamboard.sets_goals_of(of_board, c ->> 'me', leaver) THEN
        RETURN 'the member is not yours';
    END IF;
    IF kind = 'M' AND was ->> 'handle' = leaver THEN
        RETURN CASE
            WHEN was ? 'left' OR NOT new ? 'left' THEN 'the member has left already'
            WHEN (new ->> 'left')::date < (was ->> 'joined')::date THEN 'the member has joined later'
            WHEN new -> 'manager' IS DISTINCT FROM was -> 'manager' THEN 'the manager stays'
            WHEN EXISTS (
                SELECT FROM teamboard.records r
                WHERE r.board = of_board AND r.kind = 'members' AND r.belongs_to <> leaver
                    AND NOT teamboard.has_left(r.fields, day) AND teamboard.next_manager_of(c, r.belongs_to) = leaver
            ) THEN 'somebody still reports to the member'
            WHEN NOT EXISTS (
                SELECT FROM teamboard.records r
                WHERE r.board = of_board AND r.kind = 'members' AND r.belongs_to <> leaver
                    AND NOT teamboard.has_left(r.fields, day) AND (
                        teamboard.next_manager_of(c, r.belongs_to) IS NULL
                        OR EXISTS (
                            SELECT FROM teamboard.records o
                            WHERE o.board = of_board AND o.kind = 'members' AND o.belongs_to <> leaver
                                AND NOT teamboard.has_left(o.fields, day)
                                AND teamboard.next_manager_of(c, o.belongs_to) = r.belongs_to
                        )
                    )
            ) THEN 'it is the last manager'
        END;
    ELSIF kind = 'M' THEN
        heir := new ->> 'manager';
        RETURN CASE
            WHEN was ->> 'manager' IS DISTINCT FROM leaver
                AND NOT teamboard.is_above(of_board, leaver, was ->> 'handle') THEN 'the member reports to somebody else'
            -- Who takes the place of the one who leaves, or another who reported to that one.
            WHEN heir IS NOT DISTINCT FROM teamboard.manager_of(of_board, leaver) THEN NULL
            WHEN was ->> 'manager' <> leaver OR heir = leaver
                OR teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new manager is another'
        END;
    ELSIF kind IN ('G', 'T') THEN
        RETURN teamboard.check_goal_of_leaver(c, leaver, day, id, was, new);
    ELSIF kind = 'V' AND was IS NULL THEN
        was := c -> 'was' -> (new ->> 'goal');
        RETURN CASE WHEN NOT coalesce(CASE
            WHEN was IS NULL THEN new ->> 'reason' = 'handed-over' AND new -> 'before' = '{}'
                AND new -> 'after' = teamboard.terms_of(c -> 'new' -> (new ->> 'goal'))
            ELSE was ->> 'owner' = leaver AND teamboard.tells_change(new, was, c -> 'new' -> (new ->> 'goal'))
        END, false) THEN 'what it says of the goal is not so' END;
    ELSIF kind = 'V' THEN
        RETURN CASE WHEN teamboard.goal(of_board, was ->> 'goal') ->> 'owner' <> leaver THEN 'the goal is somebody else''s' END;
    ELSIF kind = 'F' THEN
        RETURN CASE WHEN was ->> 'to' <> leaver AND NOT (was ->> 'kind' = 'request' AND was ->> 'from' = leaver)
            THEN 'it waits for somebody else' END;
    END IF;
    RETURN teamboard.check_left_meeting(c, leaver, kind, was, new);
END $$;
