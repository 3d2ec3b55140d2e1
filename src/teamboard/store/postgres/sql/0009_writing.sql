-- What a patch may be, writing records, and what an entry of the history says of them.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Fails where a commit is not one that members make: too large, unknown, or with characters that no text has.
CREATE FUNCTION teamboard.bounded(of_verb teamboard.verbs, doing text, patches json, host text, undoing bigint)
RETURNS void STABLE LANGUAGE plpgsql AS $$
DECLARE
    plain text;
BEGIN
    IF of_verb.verb IS NULL OR NOT of_verb.in_database THEN
        RAISE EXCEPTION 'only an administrator may do this in a database: %', left(doing, 40)
            USING ERRCODE = 'insufficient_privilege';
    ELSIF (doing = 'undo') <> (undoing IS NOT NULL) OR json_typeof(patches) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'this is not a commit' USING ERRCODE = 'check_violation';
    ELSIF octet_length(patches::text) > greatest(1000000, of_verb.at_most * 800)
        OR (SELECT count(*) FROM json_object_keys(patches)) > of_verb.at_most THEN
        RAISE EXCEPTION 'that is too much for one commit' USING ERRCODE = 'check_violation';
    END IF;
    -- In the text of jsonb a control character is an escape sequence; an escaped backslash begins none.
    plain := replace(patches::jsonb::text, '\\', '');
    IF plain ~ '\\(u00|b|f|r|t)' OR plain ~ E'[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]'
        OR length(host) > 300 OR host ~ E'[\u0001-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]'
        THEN
        RAISE EXCEPTION 'a text has control characters' USING ERRCODE = 'check_violation';
    END IF;
END $$;

-- Why a patch can't be one of a record of this kind, as the record is; null if it can.
CREATE FUNCTION teamboard.bad_patch(kind teamboard.kinds, id text, patch jsonb, was jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF kind.kind IS NULL THEN
        RETURN 'no table has such records';
    ELSIF patch = 'null' THEN
        RETURN CASE WHEN was IS NULL THEN 'there is no such record' END;
    ELSIF patch ? 'be' AND patch - 'be' = '{}' THEN
        RETURN teamboard.misfit(kind.shape, patch -> 'be', kind.kind);
    ELSIF jsonb_typeof(patch -> 'set') IS DISTINCT FROM 'object' OR patch - 'set' - 'unset' <> '{}' THEN
        RETURN 'a patch sets fields';
    ELSIF was IS NULL THEN
        RETURN CASE WHEN patch ? 'unset' THEN 'there is no such record'
            ELSE teamboard.misfit(kind.shape, patch -> 'set', kind.kind) END;
    ELSIF patch ? 'unset' AND (jsonb_typeof(patch -> 'unset') <> 'array'
        OR EXISTS (SELECT FROM jsonb_array_elements(patch -> 'unset') AS u(name)
            WHERE jsonb_typeof(name) <> 'string' OR kind.shape -> 'needs' @> name
                OR NOT kind.shape -> 'fields' ? (name #>> '{}'))) THEN
        RETURN 'a field is missing';
    END IF;
    RETURN teamboard.misfit(kind.shape - 'needs', patch -> 'set', kind.kind);
END $$;

-- Write records, each as it was and as it becomes (null: it is not there), and fail where the board does not hold together.
CREATE FUNCTION teamboard.write_records(of_board bigint, of_revision bigint, ids text[], wases jsonb[], news jsonb[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kind teamboard.kinds;
    wrong text;
    made constant boolean := array_position(wases, NULL) IS NOT NULL;
    removed constant boolean := array_position(news, NULL) IS NOT NULL;
    only_made constant boolean := array_remove(wases, NULL) = '{}';
BEGIN
    IF made THEN
        INSERT INTO teamboard.records (board, kind, number, revision, fields)
        SELECT of_board, k.kind, substr(u.id, 2)::bigint, of_revision, u.new - k.private
        FROM unnest(ids, wases, news) AS u(id, was, new) JOIN teamboard.kinds k ON k.letter = left(u.id, 1)
        WHERE u.was IS NULL AND u.new IS NOT NULL;
    END IF;
    IF NOT only_made THEN
        UPDATE teamboard.records r SET revision = of_revision, fields = u.new - k.private
        FROM unnest(ids, wases, news) AS u(id, was, new) JOIN teamboard.kinds k ON k.letter = left(u.id, 1)
        WHERE r.board = of_board AND r.kind = k.kind AND r.number = substr(u.id, 2)::bigint
            AND u.was IS NOT NULL AND u.new IS NOT NULL;
    END IF;
    IF removed THEN
        DELETE FROM teamboard.records r
        USING unnest(ids, news) AS u(id, new) JOIN teamboard.kinds k ON k.letter = left(u.id, 1)
        WHERE r.board = of_board AND r.kind = k.kind AND r.number = substr(u.id, 2)::bigint AND u.new IS NULL;
    END IF;
    FOR i IN 1 .. cardinality(ids) LOOP
        IF kind.letter IS DISTINCT FROM left(ids[i], 1) THEN
            SELECT k.* INTO kind FROM teamboard.kinds k WHERE k.letter = left(ids[i], 1);
        END IF;
        IF kind.private <> '{}' THEN
            PERFORM teamboard.write_private(of_board, kind, substr(ids[i], 2)::bigint, news[i]);
        END IF;
        wrong := teamboard.broken_reference(of_board, kind.kind, kind.people, ids[i], wases[i], news[i]);
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION '%: %', ids[i], wrong USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
END $$;

-- What only the two of a review read is in a row of its own.
CREATE FUNCTION teamboard.write_private(of_board bigint, kind teamboard.kinds, of_number bigint, fields jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF fields ?| kind.private THEN
        INSERT INTO teamboard.private AS p (board, kind, number, readers, fields) VALUES (
            of_board, kind.kind, of_number, ARRAY[fields ->> 'member', fields ->> 'manager'],
            fields - ARRAY(SELECT jsonb_object_keys(fields - kind.private))
        ) ON CONFLICT ON CONSTRAINT private_pkey DO UPDATE SET readers = excluded.readers, fields = excluded.fields;
    ELSE
        DELETE FROM teamboard.private p WHERE p.board = of_board AND p.kind = kind.kind AND p.number = of_number;
    END IF;
END $$;

-- What a commit changed in a record: the fields that differ, before and after.
CREATE FUNCTION teamboard.difference(was jsonb, new jsonb) RETURNS jsonb IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    IF was IS NULL OR new IS NULL THEN
        RETURN jsonb_build_object('before', was, 'after', new);
    END IF;
    RETURN jsonb_build_object(
        'before', (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(was)
            WHERE value IS DISTINCT FROM new -> key),
        'after', (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(new)
            WHERE value IS DISTINCT FROM was -> key)
    );
END $$;

-- A change without what only two may read.
CREATE FUNCTION teamboard.without_private(change jsonb, private text[]) RETURNS jsonb IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN jsonb_build_object(
        'before', CASE jsonb_typeof(change -> 'before') WHEN 'object' THEN (change -> 'before') - private ELSE 'null' END,
        'after', CASE jsonb_typeof(change -> 'after') WHEN 'object' THEN (change -> 'after') - private ELSE 'null' END
    );
END $$;

CREATE FUNCTION teamboard.write_private_history(
    of_board bigint, of_revision bigint, ids text[], wases jsonb[], news jsonb[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO teamboard.history_private (board, revision, record, readers, change)
    SELECT of_board, of_revision, u.id, ARRAY[coalesce(u.new, u.was) ->> 'member', coalesce(u.new, u.was) ->> 'manager'],
        d.change::json
    FROM unnest(ids, wases, news) AS u(id, was, new) JOIN teamboard.kinds k ON k.letter = left(u.id, 1)
    CROSS JOIN teamboard.difference(u.was, u.new) AS d(change)
    WHERE teamboard.without_private(d.change, k.private) <> d.change;
END $$;

-- The rest of an entry: login, host, what it undoes; an administrator may also say when it was made elsewhere.
CREATE FUNCTION teamboard.remarks(is_admin boolean, host text, undoing bigint, claims jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    login constant text := CASE WHEN is_admin THEN claims ->> 'login' ELSE session_user::text END;
    name text;
    told text := '';
BEGIN
    IF login <> '' THEN
        told := told || ', "login": ' || to_json(login)::text;
    END IF;
    IF host <> '' THEN
        told := told || ', "host": ' || to_json(host)::text;
    END IF;
    IF undoing IS NOT NULL THEN
        told := told || ', "undoes": ' || undoing;
    END IF;
    FOREACH name IN ARRAY ARRAY['clock', 'made', 'archive'] LOOP
        IF claims ->> name <> '' THEN
            told := told || ', "' || name || '": ' || to_json(claims ->> name)::text;
        END IF;
    END LOOP;
    RETURN told;
END $$;
