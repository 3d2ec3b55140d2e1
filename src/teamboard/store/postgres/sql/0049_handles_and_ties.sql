-- No new handle looks like the id of a record, as both stand in one place on the command line. An activity drives an open
-- goal of the same owner also when it is opened again, and when it is agreed to.

SET LOCAL search_path = pg_catalog, pg_temp;

CREATE OR REPLACE FUNCTION teamboard.check_renamed(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN left(id, 1) <> 'M' OR new -> 'handle' = was -> 'handle' THEN NULL
        WHEN new ->> 'handle' !~ '^[a-z0-9][a-z0-9._-]{0,31}$'
            OR EXISTS (SELECT FROM teamboard.reserved_handles h WHERE h.handle = new ->> 'handle') THEN 'the handle is not valid'
        WHEN new ->> 'handle' ~ '^[bmtgcvfoers][1-9][0-9]*$' THEN 'the handle looks like an id'
        WHEN teamboard.was_called(c, id, new ->> 'handle') THEN 'the handle is another''s, or was'
        WHEN new -> 'formerly' IS DISTINCT FROM teamboard.formerly(c, id, was, was ->> 'handle', new ->> 'handle')
            THEN 'the former handles are others'
    END;
END $$;

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
        WHEN was IS NULL AND new ->> 'handle' ~ '^[bmtgcvfoers][1-9][0-9]*$' THEN 'the handle looks like an id'
        WHEN was IS NULL AND teamboard.was_called(c, id, new ->> 'handle') THEN 'the handle was another''s'
        WHEN was IS NOT NULL AND new -> 'formerly' IS DISTINCT FROM CASE WHEN new -> 'name' = was -> 'name' THEN was -> 'formerly'
            ELSE teamboard.formerly(c, id, was, was ->> 'name', new ->> 'name') END THEN 'the former names are others'
        WHEN new ->> 'name' = '' THEN 'the name is missing'
        WHEN EXISTS (
            SELECT FROM jsonb_array_elements(logins) AS l(login)
            JOIN teamboard.records m ON m.board = (c ->> 'board')::bigint AND m.kind = 'members'
            WHERE NOT known @> login AND m.fields -> 'logins' @> login
                AND NOT teamboard.has_left(m.fields, (c ->> 'today')::date)
        ) THEN 'a login is another''s'
    END;
END $$;

-- A goal that is closed or opened again, the revision that tells it, and the proposal for it that is answered by it.
CREATE OR REPLACE FUNCTION teamboard.check_closing(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    goal_id constant text := CASE WHEN left(id, 1) = 'V' THEN new ->> 'goal' ELSE id END;
    period jsonb;
BEGIN
    IF left(id, 1) = 'V' THEN
        RETURN CASE WHEN NOT (c -> 'new' ? goal_id AND c -> 'was' ? goal_id) THEN 'its goal does not change'
            WHEN was IS NULL AND (SELECT count(*) FROM jsonb_object_keys(c -> 'new') AS k(key)
                WHERE left(key, 1) = 'V' AND NOT c -> 'was' ? key) > 1 THEN 'it is told twice' END;
    ELSIF NOT teamboard.decides_about(of_board, c ->> 'me', id, was) THEN
        RETURN 'it is not yours';
    ELSIF teamboard.told_of(c, id) IS NULL OR NOT teamboard.tells_change(teamboard.told_of(c, id), was, new) THEN
        RETURN 'the revision tells something else';
    ELSIF new ? 'outcome' THEN
        RETURN CASE WHEN EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'revisions' AND r.belongs_to = id AND r.fields ->> 'state' = 'agreed'
                AND (r.fields ->> 'effective')::date > (c ->> 'today')::date
        ) THEN 'it changes already, on a later day' END;
    END IF;
    SELECT r.fields -> 'period' INTO period FROM teamboard.records r WHERE r.board = of_board AND r.kind = 'team';
    RETURN CASE
        WHEN NOT coalesce((was ->> 'closed')::date >= (period ->> 'starts')::date, false)
            THEN 'it was closed in a period that is over'
        WHEN EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'goals' AND r.fields ->> 'continues' = id
        ) THEN 'it was handed over'
        WHEN new ? 'drives' AND new -> 'drives' IS DISTINCT FROM was -> 'drives' THEN 'it drives another goal'
        ELSE teamboard.check_activity(c, id, was - 'drives', new)
    END;
END $$;

CREATE OR REPLACE FUNCTION teamboard.check_agreed_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN NOT teamboard.is_answered(c, id, ARRAY['agreed']) THEN 'nobody agrees to it'
        ELSE coalesce(teamboard.check_alignment(c, id, was, new), teamboard.check_activity(c, id, was - 'drives', new)) END;
END $$;
