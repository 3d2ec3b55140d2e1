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
        heir := new ->> 'owner';
        RETURN CASE
            WHEN was ->> 'owner' <> leaver THEN 'it is somebody else''s'
            WHEN new ? 'outcome' THEN CASE WHEN heir <> leaver OR NOT new ? 'closed' THEN 'it is closed or handed over' END
            WHEN new ? 'closed' OR heir = leaver THEN 'it is closed or handed over'
            WHEN teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new owner has left'
        END;
    ELSIF kind = 'V' AND was IS NULL THEN
        RETURN CASE
            WHEN c #>> ARRAY['was', new ->> 'goal', 'owner'] IS DISTINCT FROM leaver
                OR c #>> ARRAY['new', new ->> 'goal', 'owner'] = leaver THEN 'the goal is not handed over'
            WHEN new -> 'before' <> jsonb_build_object('owner', leaver)
                OR new -> 'after' <> jsonb_build_object('owner', c #> ARRAY['new', new ->> 'goal', 'owner'])
                THEN 'what it says of the goal is not so'
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

-- A member who has left is on the team again, under somebody who is on it, with the logins that nobody has meanwhile.
CREATE FUNCTION teamboard.check_returning(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    today constant date := (c ->> 'today')::date;
BEGIN
    RETURN CASE
        WHEN teamboard.has_left(teamboard.member(of_board, new ->> 'manager'), today) THEN 'the manager has left'
        WHEN NOT coalesce(was -> 'logins', '[]') @> coalesce(new -> 'logins', '[]') THEN 'the logins are others'
        WHEN EXISTS (
            SELECT FROM jsonb_array_elements(new -> 'logins') AS l(login)
            JOIN teamboard.records m ON m.board = of_board AND m.kind = 'members' AND m.belongs_to <> was ->> 'handle'
            WHERE m.fields -> 'logins' @> login AND NOT teamboard.has_left(m.fields, today)
        ) THEN 'a login is another''s'
    END;
END $$;

-- A member with a name, a handle that nothing else has, and logins that nobody else on the team has; a manager is replaced, not lost.
CREATE OR REPLACE FUNCTION teamboard.check_member(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    logins constant jsonb := coalesce(new -> 'logins', '[]');
    known constant jsonb := coalesce(was -> 'logins', '[]');
    period jsonb;
    months integer;
BEGIN
    IF new ? 'ramp' AND new -> 'ramp' IS DISTINCT FROM was -> 'ramp' THEN
        SELECT r.fields -> 'period' INTO period FROM teamboard.records r
        WHERE r.board = (c ->> 'board')::bigint AND r.kind = 'team';
        months := 12 * (date_part('year', (period ->> 'ends')::date) - date_part('year', (period ->> 'starts')::date))
            + date_part('month', (period ->> 'ends')::date) - date_part('month', (period ->> 'starts')::date) + 1;
        -- Months at the end of which all is expected don't count.
        IF jsonb_array_length(new -> 'ramp') > 120 OR months < (
            SELECT max(place) FROM jsonb_array_elements(new -> 'ramp') WITH ORDINALITY AS m(percent, place) WHERE percent <> '100'
        ) THEN
            RETURN 'the ramp has more months than the period';
        ELSIF NOT new ? 'starts' THEN
            RETURN 'a ramp needs the first day';
        END IF;
    END IF;
    RETURN CASE
        WHEN new ->> 'handle' !~ '^[a-z0-9][a-z0-9._-]{0,31}$'
            OR EXISTS (SELECT FROM teamboard.reserved_handles h WHERE h.handle = new ->> 'handle') THEN 'the handle is not valid'
        WHEN new ->> 'name' = '' THEN 'the name is missing'
        WHEN EXISTS (
            SELECT FROM jsonb_array_elements(logins) AS l(login)
            JOIN teamboard.records m ON m.board = (c ->> 'board')::bigint AND m.kind = 'members'
            WHERE NOT known @> login AND m.fields -> 'logins' @> login
                AND NOT teamboard.has_left(m.fields, (c ->> 'today')::date)
        ) THEN 'a login is another''s'
    END;
END $$;

-- The records that a commit of one's own, or of somebody who leaves, changed, as they are and as they were before it.
-- Fails where a later commit depends on it, unless that was undone itself, and where a review is signed.
CREATE OR REPLACE FUNCTION teamboard.undone(of_board bigint, me text, of_revision bigint)
RETURNS TABLE (id text, fields jsonb) STABLE LANGUAGE plpgsql AS $$
DECLARE
    done jsonb;
    ids text[];
    goals text[];
    later record;
    undone bigint[] := '{}';
BEGIN
    SELECT h.entry::jsonb INTO done FROM teamboard.history h
    WHERE h.board = of_board AND h.revision = of_revision AND NOT h.entry::jsonb ? 'archive'
        AND (h.by = me OR teamboard.member(of_board, h.by) ? 'left' AND teamboard.is_manager(of_board, me));
    IF done IS NULL THEN
        RAISE EXCEPTION 'revision % is not yours to undo', of_revision USING ERRCODE = 'insufficient_privilege';
    END IF;
    ids := ARRAY(SELECT jsonb_object_keys(done -> 'changes'));
    goals := ARRAY(SELECT teamboard.record(of_board, i) ->> 'goal' FROM unnest(ids) AS i WHERE left(i, 1) = 'C');
    -- Newest first: an undo that was undone itself undoes nothing.
    FOR later IN
        SELECT h.revision, (h.entry::jsonb ->> 'undoes')::bigint AS undoes FROM teamboard.history h
        WHERE h.board = of_board AND h.revision > of_revision AND h.entry::jsonb ->> 'undoes' IS NOT NULL
        ORDER BY h.revision DESC
    LOOP
        IF later.revision <> ALL (undone) AND later.undoes > of_revision AND later.undoes < later.revision THEN
            undone := undone || later.revision || later.undoes;
        END IF;
    END LOOP;
    IF EXISTS (
        SELECT FROM teamboard.history h
        WHERE h.board = of_board AND h.revision > of_revision AND h.revision <> ALL (undone) AND (
            h.entry::jsonb -> 'changes' ?| ids OR h.entry::jsonb -> 'undoes' = to_jsonb(of_revision)
            OR h.entry::jsonb ? 'archive'
            OR cardinality(goals) > 0 AND EXISTS (SELECT FROM jsonb_object_keys(h.entry::jsonb -> 'changes') AS i
                WHERE left(i, 1) = 'C' AND teamboard.record(of_board, i) ->> 'goal' = ANY (goals)))
    ) THEN
        RAISE EXCEPTION 'revision % can''t be undone: a later commit depends on it', of_revision
            USING ERRCODE = 'insufficient_privilege';
    ELSIF EXISTS (
        SELECT FROM unnest(ids) AS i
        LEFT JOIN teamboard.history_private h ON h.board = of_board AND h.revision = of_revision AND h.record = i
        WHERE left(i, 1) = 'R' AND teamboard.record(of_board, i) ->> 'state' = 'signed'
            AND coalesce(h.change::jsonb, done #> ARRAY['changes', i]) -> 'after'
                ?| ARRAY['sealed', 'outcome', 'signatures', 'additions']
    ) THEN
        RAISE EXCEPTION 'a review that is signed stays as it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
        SELECT c.key, CASE
            WHEN c.change -> 'before' = 'null' THEN NULL
            WHEN c.change -> 'after' = 'null' THEN c.change -> 'before'
            ELSE (r.fields || coalesce(p.fields, '{}')) - ARRAY(SELECT jsonb_object_keys(c.change -> 'after'))
                || (c.change -> 'before')
        END
        FROM (
            SELECT open.key, coalesce(h.change::jsonb, open.value) AS change FROM jsonb_each(done -> 'changes') AS open
            LEFT JOIN teamboard.history_private h
                ON h.board = of_board AND h.revision = of_revision AND h.record = open.key
        ) c
        LEFT JOIN teamboard.kinds k ON k.letter = left(c.key, 1)
        LEFT JOIN teamboard.records r ON r.board = of_board AND r.kind = k.kind AND r.number = substr(c.key, 2)::bigint
        LEFT JOIN teamboard.private p ON p.board = of_board AND p.kind = r.kind AND p.number = r.number;
END $$;

-- Days away: one time is added, shortened or taken back, and the others stay.
CREATE OR REPLACE FUNCTION teamboard.check_absences(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    before constant jsonb := coalesce(was -> 'away', '[]');
    after constant jsonb := coalesce(new -> 'away', '[]');
    added jsonb;
    gone jsonb;
    absence jsonb;
    day date := '-infinity';
BEGIN
    SELECT jsonb_agg(value) INTO gone FROM jsonb_array_elements(before)
    WHERE value NOT IN (SELECT a.value FROM jsonb_array_elements(after) AS a(value));
    SELECT jsonb_agg(value) INTO added FROM jsonb_array_elements(after)
    WHERE value NOT IN (SELECT b.value FROM jsonb_array_elements(before) AS b(value));
    IF jsonb_array_length(after) > 200 OR added IS NULL AND gone IS NULL OR jsonb_array_length(gone) > 1 OR jsonb_array_length(added) > 1
        OR jsonb_array_length(after) - jsonb_array_length(before)
            <> (added IS NOT NULL)::integer - (gone IS NOT NULL)::integer
        OR added IS NOT NULL AND gone IS NOT NULL AND (
            (added #>> '{0,starts}')::date < (gone #>> '{0,starts}')::date
            OR (added #>> '{0,ends}')::date > (gone #>> '{0,ends}')::date
        )
    THEN
        RETURN 'one time away is added, shortened or taken back, and the others stay';
    END IF;
    FOR absence IN SELECT value FROM jsonb_array_elements(after) LOOP
        IF (absence ->> 'starts')::date <= day OR (absence ->> 'ends')::date < (absence ->> 'starts')::date THEN
            RETURN 'the days away overlap, or are backwards';
        END IF;
        day := absence ->> 'ends';
    END LOOP;
    RETURN CASE WHEN added IS NOT NULL AND day >= (new ->> 'left')::date THEN 'the member has left by then' END;
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
