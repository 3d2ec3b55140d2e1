-- A member leaves the team, and returns. The seat of one who has left reads and writes nothing.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Whether a member has left by a day.
CREATE FUNCTION teamboard.has_left(member jsonb, day date) RETURNS boolean IMMUTABLE LANGUAGE sql
    RETURN coalesce((member ->> 'left')::date <= day, false);

-- The manager of a member after a commit: in the commit, or on the board as it was.
CREATE FUNCTION teamboard.next_manager_of(c jsonb, of_handle text) RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
    found jsonb;
BEGIN
    SELECT value INTO found FROM jsonb_each(c -> 'new') WHERE left(key, 1) = 'M' AND value ->> 'handle' = of_handle;
    RETURN coalesce(found, teamboard.member((c ->> 'board')::bigint, of_handle)) ->> 'manager';
END $$;

-- Of one member who leaves, and of what is theirs: handed over, closed, or with the new manager.
CREATE FUNCTION teamboard.check_leaving(c jsonb, id text, was jsonb, new jsonb) RETURNS text
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
    END IF;
    IF kind = 'M' AND was ->> 'handle' = leaver THEN
        RETURN CASE
            WHEN was ? 'left' OR NOT new ? 'left' THEN 'the member has left already'
            WHEN (new ->> 'left')::date < (was ->> 'joined')::date THEN 'the member has joined later'
            WHEN new ? 'logins' THEN 'the logins are free'
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
            WHEN new -> 'logins' IS DISTINCT FROM was -> 'logins' THEN 'another member''s logins stay'
            WHEN was ->> 'manager' IS DISTINCT FROM leaver
                AND NOT teamboard.is_above(of_board, leaver, was ->> 'handle') THEN 'the member reports to somebody else'
            -- Who takes the place of the one who leaves, or another who reported to that one.
            WHEN heir IS NOT DISTINCT FROM teamboard.manager_of(of_board, leaver) THEN NULL
            WHEN was ->> 'manager' <> leaver OR heir = leaver
                OR teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new manager is another'
        END;
    ELSIF kind IN ('G', 'T') THEN
        heir := new ->> 'owner';
        RETURN CASE
            WHEN was ->> 'owner' <> leaver THEN 'it is somebody else''s'
            WHEN new ? 'outcome' THEN CASE WHEN heir <> leaver OR NOT new ? 'closed' THEN 'it is closed or handed over' END
            WHEN new ? 'closed' OR heir = leaver THEN 'it is closed or handed over'
            WHEN teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new owner has left'
        END;
    ELSIF kind = 'V' THEN
        RETURN CASE WHEN teamboard.goal(of_board, was ->> 'goal') ->> 'owner' <> leaver THEN 'the goal is somebody else''s' END;
    ELSIF kind = 'F' THEN
        RETURN CASE WHEN was ->> 'to' <> leaver AND NOT (was ->> 'kind' = 'request' AND was ->> 'from' = leaver)
            THEN 'it waits for somebody else' END;
    END IF;
    RETURN teamboard.check_left_meeting(c, leaver, kind, was, new);
END $$;

-- A one-on-one or a review of a member who leaves, or that one would have held as a manager.
CREATE FUNCTION teamboard.check_left_meeting(c jsonb, leaver text, kind text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    planned constant boolean := CASE kind WHEN 'O' THEN NOT was ? 'held'
        ELSE coalesce(was ->> 'state', 'preparing') IN ('preparing', 'ready') END;
    own constant boolean := was ->> 'member' = leaver;
    heir constant text := CASE WHEN NOT own THEN teamboard.next_manager_of(c, was ->> 'member') END;
BEGIN
    IF new IS NULL THEN
        RETURN CASE
            WHEN NOT planned OR NOT own AND (was ->> 'manager' <> leaver OR heir IS NOT NULL) THEN 'it is not called off'
            WHEN kind = 'O' AND (was ? 'notes' OR was ? 'actions') THEN 'it has notes or actions'
        END;
    END IF;
    RETURN CASE
        WHEN new -> 'manager' <> was -> 'manager'
            AND (NOT planned OR own OR was ->> 'manager' <> leaver OR new ->> 'manager' IS DISTINCT FROM heir)
            THEN 'the manager is another'
        WHEN new -> 'held' IS DISTINCT FROM was -> 'held'
            AND (was ? 'held' OR new ->> 'held' <> c ->> 'today' OR NOT own AND (was ->> 'manager' <> leaver OR heir IS NOT NULL))
            THEN 'it is not held'
        WHEN jsonb_array_length(coalesce(new -> 'actions', '[]')) <> jsonb_array_length(coalesce(was -> 'actions', '[]'))
            OR EXISTS (
                SELECT FROM jsonb_array_elements(was -> 'actions') WITH ORDINALITY AS a(old, place)
                CROSS JOIN LATERAL (SELECT new -> 'actions' -> (place::integer - 1)) AS b(now)
                WHERE old <> now AND (
                    old ? 'done' OR NOT own AND old ->> 'owner' <> leaver
                    OR now <> old || jsonb_build_object('done', c -> 'today')
                        AND (kind <> 'O' OR heir IS NULL OR now <> old || jsonb_build_object('owner', heir))
                )
            ) THEN 'an action is somebody else''s'
    END;
END $$;

-- A member who has left is on the team again, under somebody who is on it.
CREATE FUNCTION teamboard.check_returning(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN teamboard.has_left(teamboard.member((c ->> 'board')::bigint, new ->> 'manager'), (c ->> 'today')::date)
        THEN 'the manager has left' END;
END $$;

CREATE OR REPLACE FUNCTION teamboard.named_check(name text, c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE name
        WHEN 'absences' THEN teamboard.check_absences(c, id, was, new)
        WHEN 'check_in' THEN teamboard.check_check_in(c, id, was, new)
        WHEN 'acknowledgement' THEN teamboard.check_acknowledgement(c, id, was, new)
        WHEN 'agreement' THEN teamboard.check_agreement(c, id, was, new)
        WHEN 'alignment' THEN teamboard.check_alignment(c, id, was, new)
        WHEN 'encrypted' THEN teamboard.check_encrypted(c, id, was, new)
        WHEN 'fact' THEN teamboard.check_fact(c, id, was, new)
        WHEN 'feedback' THEN teamboard.check_feedback(c, id, was, new)
        WHEN 'finished_action' THEN teamboard.check_finished_action(c, id, was, new)
        WHEN 'help_wanted' THEN teamboard.check_help_wanted(c, id, was, new)
        WHEN 'imported_check_in' THEN teamboard.check_imported_check_in(c, id, was, new)
        WHEN 'key' THEN teamboard.check_key(c, id, was, new)
        WHEN 'leaving' THEN teamboard.check_leaving(c, id, was, new)
        WHEN 'member' THEN teamboard.check_member(c, id, was, new)
        WHEN 'moved_meeting' THEN teamboard.check_moved_meeting(c, id, was, new)
        WHEN 'new_goal' THEN teamboard.check_new_goal(c, id, was, new)
        WHEN 'next_period' THEN teamboard.check_next_period(c, id, was, new)
        WHEN 'planned_review' THEN teamboard.check_planned_review(c, id, was, new)
        WHEN 'preparation' THEN teamboard.check_preparation(c, id, was, new)
        WHEN 'replaced' THEN teamboard.check_replaced(c, id, was, new)
        WHEN 'returning' THEN teamboard.check_returning(c, id, was, new)
        WHEN 'revised_goal' THEN teamboard.check_revised_goal(c, id, was, new)
        WHEN 'revision' THEN teamboard.check_revision(c, id, was, new)
        WHEN 'rolled_over' THEN teamboard.check_rolled_over(c, id, was, new)
        WHEN 'signature' THEN teamboard.check_signature(c, id, was, new)
        WHEN 'skills' THEN teamboard.check_skills(c, id, was, new)
        WHEN 'standup' THEN teamboard.check_standup(c, id, was, new)
        WHEN 'talk' THEN teamboard.check_talk(c, id, was, new)
        WHEN 'team' THEN teamboard.check_team(c, id, was, new)
        WHEN 'withdrawal' THEN teamboard.check_withdrawal(c, id, was, new)
        ELSE 'the database does not know this check'
    END;
END $$;

-- Whether the member whose seat on a board this session has is on the team; an onlooker's seat needs no member.
CREATE FUNCTION teamboard.is_on_team(of_board bigint) RETURNS boolean
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    handle text;
BEGIN
    SELECT s.handle INTO handle FROM teamboard.seats s WHERE s.board = of_board AND s.role = session_user;
    RETURN NOT teamboard.has_left(teamboard.member(of_board, handle), teamboard.day_of(of_board, clock_timestamp()));
END $$;

-- All policies look for the seat: without it nothing is read.
DROP POLICY mine ON teamboard.seats;
CREATE POLICY mine ON teamboard.seats FOR SELECT USING (role = session_user AND teamboard.is_on_team(board));

-- Who commits: the handle and the seat of whoever logged in. An administrator without a seat has neither.
CREATE OR REPLACE FUNCTION teamboard.seat(of_board bigint, OUT me text, OUT is_admin boolean) STABLE LANGUAGE plpgsql AS $$
DECLARE
    kind text;
BEGIN
    SELECT s.handle, s.seat INTO me, kind FROM teamboard.seats s WHERE s.board = of_board AND s.role = session_user;
    is_admin := me IS NULL AND pg_has_role(session_user, 'teamboard_owner', 'MEMBER');
    IF kind = 'onlooker' THEN
        RAISE EXCEPTION 'an onlooker changes nothing' USING ERRCODE = 'insufficient_privilege';
    ELSIF NOT is_admin AND (me IS NULL OR teamboard.member(of_board, me) IS NULL) THEN
        RAISE EXCEPTION 'you have no seat on this board' USING ERRCODE = 'insufficient_privilege';
    ELSIF NOT is_admin AND NOT teamboard.is_on_team(of_board) THEN
        RAISE EXCEPTION 'you have left the team' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['has_left(jsonb, date)', 'next_manager_of(jsonb, text)',
        'check_leaving(jsonb, text, jsonb, jsonb)', 'check_left_meeting(jsonb, text, text, jsonb, jsonb)',
        'check_returning(jsonb, text, jsonb, jsonb)', 'is_on_team(bigint)'] LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION teamboard.' || name || ' FROM PUBLIC';
        EXECUTE 'ALTER FUNCTION teamboard.' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;

-- The policy asks as the member does.
GRANT EXECUTE ON FUNCTION teamboard.is_on_team(bigint) TO teamboard_members;
