-- A login may be taken away from a member.

SET LOCAL search_path = pg_catalog, pg_temp;

-- A member with a name, a handle that nothing else has, and logins that nobody else has; a manager is replaced, not lost.
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
        ) THEN 'a login is another''s'
    END;
END $$;
