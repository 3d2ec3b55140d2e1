-- What a record looks like, and looking up a board's records. Nobody calls these functions but `teamboard.commit`, which
-- sets the search_path. A function that returns text returns why something is refused, or null.

SET LOCAL search_path = pg_catalog, pg_temp;

-- A number as every client reads it: the shortest text of a double precision number.
CREATE FUNCTION teamboard.bad_number(shape jsonb, written text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    IF written !~ '^-?(0|[1-9][0-9]{0,18})(\.([0-9]{0,40}[1-9]|0))?$' OR length(written) > 50
        OR written::float8::text::numeric <> written::numeric THEN
        RETURN 'is not a number that can be stored';
    ELSIF shape ->> 't' = 'whole' AND written !~ '^-?[0-9]{1,15}$' THEN
        RETURN 'is not a whole number';
    ELSIF written::numeric < (shape ->> 'ge')::numeric OR written::numeric <= (shape ->> 'gt')::numeric
        OR written::numeric > (shape ->> 'le')::numeric THEN
        RETURN 'is too small or too large';
    END IF;
    RETURN NULL;
END $$;

-- A text, a word of a list, a day or a moment. A day that the calendar does not have fails when it is cast.
CREATE FUNCTION teamboard.bad_text(shape jsonb, written text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    CASE shape ->> 't'
        WHEN 'text' THEN
            IF length(written) > (shape ->> 'most')::integer THEN
                RETURN 'is too long';
            ELSIF written !~ (shape ->> 'like') THEN
                RETURN 'is not written as it should be';
            END IF;
        WHEN 'word' THEN
            IF NOT shape -> 'of' ? written THEN
                RETURN 'is none of the words it may be';
            END IF;
        WHEN 'day' THEN
            IF written !~ '^(19|[2-8][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$' OR written::date IS NULL THEN
                RETURN 'is not a day';
            END IF;
        WHEN 'moment' THEN
            IF written !~ ('^(19|[2-8][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
                || '(\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$') OR written::timestamptz IS NULL THEN
                RETURN 'is not a moment';
            END IF;
        ELSE
            RETURN 'is not what it should be';
    END CASE;
    RETURN NULL;
END $$;

-- Why a value does not have a shape. A text, list or word that is the default is left out: a state is written in one way.
CREATE FUNCTION teamboard.misfit(shape jsonb, given jsonb, place text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    expected constant text := shape ->> 't';
    kind constant text := jsonb_typeof(given);
    name text;
    part jsonb;
    of_part jsonb;
    wrong text;
BEGIN
    IF kind = 'null' THEN
        RETURN CASE WHEN shape ? 'null' OR expected = 'any' THEN NULL ELSE place || ' is missing' END;
    ELSIF expected = 'any' THEN
        RETURN NULL;
    ELSIF kind = 'string' AND expected IN ('text', 'word', 'day', 'moment') THEN
        wrong := teamboard.bad_text(shape, given #>> '{}');
    ELSIF kind = 'number' AND expected IN ('number', 'whole') THEN
        wrong := teamboard.bad_number(shape, given #>> '{}');
    ELSIF kind = 'array' AND expected = 'list' THEN
        IF jsonb_array_length(given) < (shape ->> 'least')::integer THEN
            RETURN place || ' is empty';
        END IF;
        of_part := shape -> 'item';
        FOR part IN SELECT value FROM jsonb_array_elements(given) LOOP
            wrong := teamboard.misfit(of_part, part, place);
            EXIT WHEN wrong IS NOT NULL;
        END LOOP;
        RETURN wrong;
    ELSIF kind = 'object' AND expected = 'map' THEN
        of_part := shape -> 'value';
        FOR name, part IN SELECT key, value FROM jsonb_each(given) LOOP
            wrong := CASE WHEN length(name) > 300 THEN place || ' has a name that is too long'
                ELSE teamboard.misfit(of_part, part, place || '.' || name) END;
            EXIT WHEN wrong IS NOT NULL;
        END LOOP;
        RETURN wrong;
    ELSIF kind = 'object' AND expected = 'union' THEN
        of_part := shape #> ARRAY['of', given ->> (shape ->> 'tag')];
        RETURN CASE WHEN of_part IS NULL THEN place || ' is of no known kind'
            ELSE teamboard.misfit(of_part, given, place) END;
    ELSIF kind = 'object' AND expected = 'record' THEN
        FOR name, part IN SELECT key, value FROM jsonb_each(given) LOOP
            of_part := shape #> ARRAY['fields', name];
            wrong := CASE WHEN of_part IS NULL THEN place || ' has a field that there is not'
                WHEN of_part -> 'default' = part AND jsonb_typeof(part) <> 'number' THEN place || '.' || name || ' has its default: leave it out'
                ELSE teamboard.misfit(of_part, part, place || '.' || name) END;
            EXIT WHEN wrong IS NOT NULL;
        END LOOP;
        IF wrong IS NULL AND shape ? 'needs'
            AND NOT given ?& ARRAY(SELECT jsonb_array_elements_text(shape -> 'needs')) THEN
            wrong := place || ' lacks a field';
        END IF;
        RETURN wrong;
    ELSE
        wrong := 'is not what it should be';
    END IF;
    RETURN place || ' ' || wrong;
END $$;

-- Whether a value is filled: neither null nor empty.
CREATE FUNCTION teamboard.filled(given jsonb) RETURNS boolean IMMUTABLE LANGUAGE sql
    RETURN given IS NOT NULL AND given NOT IN ('null', '""', '[]', '{}');

-- The fields of a record as the board was, without what only two may read; null if there is none.
CREATE FUNCTION teamboard.record(of_board bigint, id text) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
    found jsonb;
BEGIN
    IF id ~ '^[A-Z][1-9][0-9]{0,14}$' THEN
        SELECT r.fields INTO found FROM teamboard.records r
        WHERE r.board = of_board AND r.number = substr(id, 2)::bigint
            AND r.kind = (SELECT k.kind FROM teamboard.kinds k WHERE k.letter = left(id, 1));
    END IF;
    RETURN found;
END $$;

-- The goal or team goal of an id; null if there is none.
CREATE FUNCTION teamboard.goal(of_board bigint, id text) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN left(id, 1) IN ('G', 'T') THEN teamboard.record(of_board, id) END;
END $$;

CREATE FUNCTION teamboard.member(of_board bigint, of_handle text) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
    found jsonb;
BEGIN
    SELECT r.fields INTO found FROM teamboard.records r
    WHERE r.board = of_board AND r.kind = 'members' AND r.belongs_to = of_handle;
    RETURN found;
END $$;

CREATE FUNCTION teamboard.manager_of(of_board bigint, of_handle text) RETURNS text STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN teamboard.member(of_board, of_handle) ->> 'manager';
END $$;

-- Somebody who manages a member, or has no manager. The records say so, not the seat.
CREATE FUNCTION teamboard.is_manager(of_board bigint, of_handle text) RETURNS boolean STABLE LANGUAGE plpgsql AS $$
DECLARE
    fields constant jsonb := teamboard.member(of_board, of_handle);
BEGIN
    RETURN fields IS NOT NULL AND (fields ->> 'manager' IS NULL OR EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'members' AND r.fields ->> 'manager' = of_handle
    ));
END $$;

-- Whether a list is another with items added at its end.
CREATE FUNCTION teamboard.begins_with(longer jsonb, shorter jsonb) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN jsonb_array_length(longer) >= jsonb_array_length(shorter) AND NOT EXISTS (
        SELECT FROM jsonb_array_elements(shorter) WITH ORDINALITY AS item(value, place)
        WHERE value IS DISTINCT FROM longer -> (place::integer - 1)
    );
END $$;

-- A time zone that PostgreSQL and the clients' time zone databases both have.
CREATE FUNCTION teamboard.is_zone(named text) RETURNS boolean STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN named ~ '^[A-Z][A-Za-z0-9_+/-]*$' AND named NOT IN ('Factory')
        AND EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = named);
END $$;
