-- A member gets another handle: the database puts it into all that names them, with what only others may read.

SET LOCAL search_path = pg_catalog, pg_temp;

-- A value with one handle in the place of another, as its shape says where there are handles.
CREATE FUNCTION teamboard.with_handle(shape jsonb, given jsonb, old text, new text) RETURNS jsonb
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    expected constant text := shape ->> 't';
    kind constant text := jsonb_typeof(given);
BEGIN
    IF shape ->> 'holds' = 'handle' THEN
        RETURN CASE WHEN given = to_jsonb(old) THEN to_jsonb(new) ELSE given END;
    ELSIF shape ->> 'holds' = 'terms' THEN
        SELECT k.shape INTO shape FROM teamboard.kinds k WHERE k.kind = 'goals';
        RETURN teamboard.with_handle(shape, given, old, new);
    ELSIF kind = 'array' AND expected = 'list' THEN
        RETURN (SELECT coalesce(jsonb_agg(teamboard.with_handle(shape -> 'item', item, old, new) ORDER BY place), '[]')
            FROM jsonb_array_elements(given) WITH ORDINALITY AS i(item, place));
    ELSIF kind = 'object' AND expected = 'map' THEN
        RETURN (SELECT coalesce(jsonb_object_agg(CASE WHEN shape ->> 'keys' = 'handle' AND key = old THEN new ELSE key END,
            teamboard.with_handle(shape -> 'value', value, old, new)), '{}') FROM jsonb_each(given));
    ELSIF kind = 'object' AND expected = 'record' THEN
        RETURN (SELECT coalesce(jsonb_object_agg(key, teamboard.with_handle(shape #> ARRAY['fields', key], value, old, new)),
            '{}') FROM jsonb_each(given));
    END IF;
    RETURN given;
END $$;

-- The records that name a handle, each with the fields in which another one would stand in its place.
CREATE FUNCTION teamboard.naming(of_board bigint, old text, new text) RETURNS TABLE (id text, changed jsonb)
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
        SELECT found.id, teamboard.difference(found.fields, found.renamed) -> 'after'
        FROM (
            SELECT k.letter || r.number AS id, w.fields, teamboard.with_handle(k.shape, w.fields, old, new) AS renamed
            FROM teamboard.records r JOIN teamboard.kinds k USING (kind)
            LEFT JOIN teamboard.private p USING (board, kind, number)
            CROSS JOIN LATERAL (SELECT r.fields || coalesce(p.fields, '{}')) AS w(fields)
            WHERE r.board = of_board AND position(to_json(old)::text IN w.fields::text) > 0
        ) found
        WHERE found.fields <> found.renamed;
END $$;

-- What a commit that gives a member another handle changes: the member's own record as the client has it, all others.
CREATE FUNCTION teamboard.renaming(of_board bigint, patches json) RETURNS TABLE (id text, changed jsonb)
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_member text;
    own jsonb;
    old text;
BEGIN
    SELECT p.key, p.value::jsonb -> 'set' INTO of_member, own FROM json_each(patches) p
    WHERE p.key ~ '^M[1-9][0-9]{0,14}$' AND p.value::jsonb -> 'set' ->> 'handle' IS NOT NULL;
    SELECT r.fields ->> 'handle' INTO old FROM teamboard.records r
    WHERE r.board = of_board AND r.kind = 'members' AND r.number = substr(of_member, 2)::bigint;
    IF old IS NULL THEN
        RAISE EXCEPTION 'no member gets another handle' USING ERRCODE = 'check_violation';
    END IF;
    RETURN QUERY
        SELECT of_member, own
        UNION ALL
        SELECT n.id, n.changed FROM teamboard.naming(of_board, old, own ->> 'handle') n WHERE n.id <> of_member;
END $$;

-- The member who has a handle or, if nobody has it, had it.
CREATE FUNCTION teamboard.known_as(of_board bigint, handle text) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN coalesce(teamboard.member(of_board, handle), (
        SELECT r.fields FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'members' AND r.fields -> 'formerly' ? handle ORDER BY r.number LIMIT 1));
END $$;

-- Whether somebody else has a handle, or had it.
CREATE FUNCTION teamboard.was_called(c jsonb, id text, handle text) RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = (c ->> 'board')::bigint AND r.kind = 'members' AND 'M' || r.number <> id
            AND (r.belongs_to = handle OR coalesce(r.fields -> 'formerly' ? handle, false))
    );
END $$;

-- What a member was called before, once another handle or name is in the place of one. A name that is or was somebody
-- else's handle is left out.
CREATE FUNCTION teamboard.formerly(c jsonb, id text, was jsonb, old text, new text) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
    kept constant jsonb := coalesce(was -> 'formerly', '[]') - old - new;
BEGIN
    RETURN CASE WHEN old !~ '^[a-z0-9][a-z0-9._-]{0,31}$' OR NOT teamboard.was_called(c, id, old)
        THEN kept || to_jsonb(old) ELSE nullif(kept, '[]') END;
END $$;

-- What a member has been called so far. Only handles are handles of somebody.
CREATE FUNCTION teamboard.called(of_board bigint, handle text) RETURNS text[] STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN ARRAY(SELECT jsonb_array_elements_text(coalesce(teamboard.member(of_board, handle) -> 'formerly', '[]'))) || handle;
END $$;

-- The private parts of the history have the handles of their day.
DROP POLICY of_the_two ON teamboard.history_private;
CREATE POLICY of_the_two ON teamboard.history_private FOR SELECT
    USING (EXISTS (SELECT FROM teamboard.seats s
        WHERE s.board = history_private.board AND s.role = session_user AND readers && teamboard.called(s.board, s.handle)));

-- One member gets a handle that nobody else has or had; what else the commit writes is the database's own work.
CREATE FUNCTION teamboard.check_renamed(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN left(id, 1) <> 'M' OR new -> 'handle' = was -> 'handle' THEN NULL
        WHEN new ->> 'handle' !~ '^[a-z0-9][a-z0-9._-]{0,31}$'
            OR EXISTS (SELECT FROM teamboard.reserved_handles h WHERE h.handle = new ->> 'handle') THEN 'the handle is not valid'
        WHEN teamboard.was_called(c, id, new ->> 'handle') THEN 'the handle is another''s, or was'
        WHEN new -> 'formerly' IS DISTINCT FROM teamboard.formerly(c, id, was, was ->> 'handle', new ->> 'handle')
            THEN 'the former handles are others'
    END;
END $$;

CREATE OR REPLACE FUNCTION teamboard.named_check(name text, c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    IF to_regprocedure(format('teamboard.%I(jsonb,text,jsonb,jsonb)', 'check_' || name)) IS NULL THEN
        RETURN 'the database does not know this check';
    END IF;
    EXECUTE format('SELECT teamboard.%I($1, $2, $3, $4)', 'check_' || name) INTO found USING c, id, was, new;
    RETURN found;
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

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['with_handle(jsonb, jsonb, text, text)', 'naming(bigint, text, text)',
        'renaming(bigint, json)', 'formerly(jsonb, text, jsonb, text, text)', 'was_called(jsonb, text, text)',
        'called(bigint, text)', 'known_as(bigint, text)',
        'check_renamed(jsonb, text, jsonb, jsonb)'] LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION teamboard.' || name || ' FROM PUBLIC';
        EXECUTE 'ALTER FUNCTION teamboard.' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;

-- The policy asks as the member does.
GRANT EXECUTE ON FUNCTION teamboard.called(bigint, text) TO teamboard_members;
