-- What a member has seen of the history: it only grows, and an undo passes over it.

SET LOCAL search_path = pg_catalog, pg_temp;

-- The revision up to which a member has seen what others did: a later one than before, and one that there is.
CREATE FUNCTION teamboard.check_seen(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN (new ->> 'seen')::bigint <= coalesce((was ->> 'seen')::bigint, 0) THEN 'it was seen before'
        WHEN (new ->> 'seen')::bigint >= (c ->> 'revision')::bigint THEN 'there is no such revision yet'
    END;
END $$;

REVOKE ALL ON FUNCTION teamboard.check_seen(jsonb, text, jsonb, jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.check_seen(jsonb, text, jsonb, jsonb) OWNER TO teamboard_owner;

-- As before, but what was seen is not undone, and nothing depends on it.
CREATE OR REPLACE FUNCTION teamboard.undone(of_board bigint, me text, of_revision bigint)
RETURNS TABLE (id text, fields jsonb) STABLE LANGUAGE plpgsql AS $$
DECLARE
    done jsonb;
    ids text[];
    goals text[];
    agreed text[];
    later record;
    renamed record;
    undone bigint[] := '{}';
    becomes jsonb;
    left_over text;
BEGIN
    SELECT h.entry::jsonb INTO done FROM teamboard.history h
    WHERE h.board = of_board AND h.revision = of_revision AND NOT h.entry::jsonb ? 'archive' AND h.entry::jsonb ->> 'verb' <> 'mark as seen'
        AND (h.by = me OR teamboard.known_as(of_board, h.by) ->> 'handle' = me
            OR teamboard.known_as(of_board, h.by) ? 'left'
                AND teamboard.sets_goals_of(of_board, me, teamboard.known_as(of_board, h.by) ->> 'handle'));
    IF done IS NULL THEN
        RAISE EXCEPTION 'revision % is not yours to undo', of_revision USING ERRCODE = 'insufficient_privilege';
    END IF;
    ids := ARRAY(SELECT jsonb_object_keys(done -> 'changes'));
    -- Of its check-ins, also of those that it removed, and of the proposals to which it agreed.
    goals := ARRAY(SELECT coalesce(teamboard.record(of_board, i), done #> ARRAY['changes', i, 'before']) ->> 'goal'
        FROM unnest(ids) AS i WHERE left(i, 1) = 'C');
    agreed := ARRAY(SELECT v.fields ->> 'goal' FROM unnest(ids) AS i, LATERAL teamboard.record(of_board, i) AS v(fields)
        WHERE left(i, 1) = 'V' AND done #> ARRAY['changes', i, 'before'] ? 'state'
            AND v.fields ->> 'state' = 'agreed' AND v.fields -> 'before' = '{}');
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
        WHERE h.board = of_board AND h.revision > of_revision AND h.revision <> ALL (undone)
            AND h.entry::jsonb ->> 'verb' <> 'mark as seen' AND (
            h.entry::jsonb -> 'changes' ?| ids OR h.entry::jsonb -> 'undoes' = to_jsonb(of_revision)
            OR h.entry::jsonb ? 'archive'
            OR h.entry::jsonb -> 'changes' ?| agreed
            OR cardinality(goals || agreed) > 0 AND EXISTS (
                SELECT FROM jsonb_each(h.entry::jsonb -> 'changes') AS c, LATERAL teamboard.record(of_board, c.key) AS r(now)
                WHERE CASE left(c.key, 1)
                    WHEN 'C' THEN r.now ->> 'goal' = ANY (goals || agreed)
                    WHEN 'V' THEN r.now ->> 'goal' = ANY (agreed)
                    WHEN 'F' THEN r.now ->> 'about' = ANY (agreed)
                    -- It was closed at the value that it had, and its rest is what was missing then.
                    ELSE r.now ->> 'drives' = ANY (agreed) OR c.key = ANY (goals)
                        AND (c.value -> 'before' ? 'outcome' OR c.value -> 'after' ? 'outcome')
                END))
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
    -- Who gets an earlier handle back is still found under the one that is undone, and nothing else has that.
    FOR renamed IN
        SELECT c.value #>> '{before,handle}' AS old, c.value #>> '{after,handle}' AS new
        FROM jsonb_each(done -> 'changes') AS c WHERE c.value -> 'before' ? 'handle' AND c.value -> 'after' ? 'handle'
    LOOP
        IF EXISTS (SELECT FROM teamboard.naming(of_board, renamed.new, renamed.old) n WHERE n.id <> ALL (ids)) THEN
            RAISE EXCEPTION 'revision % can''t be undone: a record names the handle', of_revision
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END LOOP;
    SELECT coalesce(jsonb_object_agg(c.key, CASE
        WHEN c.change -> 'before' = 'null' THEN NULL
        WHEN c.change -> 'after' = 'null' THEN c.change -> 'before'
        WHEN c.change -> 'before' ? 'handle' THEN r.fields || (c.change -> 'before') || jsonb_build_object('formerly',
            coalesce(r.fields -> 'formerly', '[]') - (c.change #>> '{before,handle}') || (c.change -> 'after' -> 'handle'))
        -- Who gets a name back is still found under the handles that were undone since.
        WHEN c.change -> 'after' ? 'formerly' THEN (r.fields - ARRAY(SELECT jsonb_object_keys(c.change -> 'after'))
            || (c.change -> 'before')) - 'formerly' || coalesce((
            SELECT jsonb_build_object('formerly', jsonb_agg(called)) FROM (
                SELECT jsonb_array_elements(c.change #> '{before,formerly}') AS called
                UNION ALL
                SELECT value FROM jsonb_array_elements(r.fields -> 'formerly')
                WHERE NOT c.change #> '{after,formerly}' @> value
            ) AS f HAVING count(*) > 0
        ), '{}')
        ELSE (r.fields || coalesce(p.fields, '{}')) - ARRAY(SELECT jsonb_object_keys(c.change -> 'after'))
            || (c.change -> 'before')
    END), '{}')
    INTO becomes FROM (
        SELECT open.key, coalesce(h.change::jsonb, open.value) AS change FROM jsonb_each(done -> 'changes') AS open
        LEFT JOIN teamboard.history_private h
            ON h.board = of_board AND h.revision = of_revision AND h.record = open.key
    ) c
    LEFT JOIN teamboard.kinds k ON k.letter = left(c.key, 1)
    LEFT JOIN teamboard.records r ON r.board = of_board AND r.kind = k.kind AND r.number = substr(c.key, 2)::bigint
    LEFT JOIN teamboard.private p ON p.board = of_board AND p.kind = r.kind AND p.number = r.number;
    SELECT l.id INTO left_over FROM teamboard.left_with_leavers(of_board, becomes) AS l
    EXCEPT SELECT l.id FROM teamboard.left_with_leavers(of_board, '{}') AS l LIMIT 1;
    IF left_over IS NOT NULL THEN
        RAISE EXCEPTION 'revision % can''t be undone: % would be left with somebody who leaves the team', of_revision, left_over
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY SELECT b.key, nullif(b.value, 'null') FROM jsonb_each(becomes) AS b;
END $$;
