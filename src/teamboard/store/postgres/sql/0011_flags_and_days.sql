-- Fields that are true or false; and a day that a record has already stays as it is when the record changes.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Why a value does not have a shape. A text, list or word that is the default is left out: a state is written in one way.
CREATE OR REPLACE FUNCTION teamboard.misfit(shape jsonb, given jsonb, place text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
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
    ELSIF kind = 'boolean' AND expected = 'flag' THEN
        RETURN NULL;
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

-- A record with what the server fixes: fields that hold the moment or its day, and when an entry of a list was made.
CREATE OR REPLACE FUNCTION teamboard.stamped(rule jsonb, now text, today text, was jsonb, new jsonb) RETURNS jsonb
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    fixed jsonb := new;
    name text;
BEGIN
    IF rule ? 'moment' THEN
        FOR name IN SELECT value FROM jsonb_array_elements_text(rule -> 'moment') LOOP
            IF teamboard.filled(fixed -> name) AND fixed -> name IS DISTINCT FROM was -> name THEN
                fixed := fixed || jsonb_build_object(name, now);
            END IF;
        END LOOP;
    END IF;
    IF rule ? 'today' THEN
        FOR name IN SELECT value FROM jsonb_array_elements_text(rule -> 'today') LOOP
            IF teamboard.filled(fixed -> name) AND fixed -> name IS DISTINCT FROM was -> name THEN
                fixed := fixed || jsonb_build_object(name, today);
            END IF;
        END LOOP;
    END IF;
    FOREACH name IN ARRAY ARRAY['replies', 'notes', 'signatures', 'additions'] LOOP
        IF fixed ? name AND fixed -> name IS DISTINCT FROM was -> name THEN
            fixed := fixed || jsonb_build_object(name, (
                SELECT jsonb_agg(CASE WHEN place > jsonb_array_length(coalesce(was -> name, '[]'))
                    THEN item || jsonb_build_object('at', now) ELSE item END ORDER BY place)
                FROM jsonb_array_elements(fixed -> name) WITH ORDINALITY AS i(item, place)
            ));
        END IF;
    END LOOP;
    RETURN fixed;
END $$;
