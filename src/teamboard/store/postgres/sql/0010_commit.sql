-- The function that commits, the one that takes the lock, and who may call them.

SET LOCAL search_path = pg_catalog, pg_temp;

-- A moment as the clients write it.
CREATE FUNCTION teamboard.written(moment timestamptz) RETURNS text STABLE LANGUAGE sql
    RETURN replace(to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || 'Z';

-- The day of a moment where the team is.
CREATE FUNCTION teamboard.day_of(of_board bigint, moment timestamptz) RETURNS date STABLE LANGUAGE plpgsql AS $$
DECLARE
    zone text;
BEGIN
    SELECT r.fields ->> 'timezone' INTO zone FROM teamboard.records r WHERE r.board = of_board AND r.kind = 'team';
    RETURN (moment AT TIME ZONE coalesce(zone, 'UTC'))::date;
EXCEPTION WHEN invalid_parameter_value THEN
    -- A board that was copied here may have a zone that only its clients know.
    RETURN (moment AT TIME ZONE 'UTC')::date;
END $$;

-- Who commits: the handle and the seat of whoever logged in. An administrator without a seat has neither.
CREATE FUNCTION teamboard.seat(of_board bigint, OUT me text, OUT is_admin boolean) STABLE LANGUAGE plpgsql AS $$
DECLARE
    kind text;
BEGIN
    SELECT s.handle, s.seat INTO me, kind FROM teamboard.seats s WHERE s.board = of_board AND s.role = session_user;
    is_admin := me IS NULL AND pg_has_role(session_user, 'teamboard_owner', 'MEMBER');
    IF kind = 'onlooker' THEN
        RAISE EXCEPTION 'an onlooker changes nothing' USING ERRCODE = 'insufficient_privilege';
    ELSIF NOT is_admin AND (me IS NULL OR teamboard.member(of_board, me) IS NULL) THEN
        RAISE EXCEPTION 'you have no seat on this board' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- The answer to a commit that was made: its entry, with the private parts that whoever asks may read.
CREATE FUNCTION teamboard.answer(of_board bigint, of_revision bigint, me text, is_admin boolean) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    found text;
    hidden jsonb;
BEGIN
    SELECT h.entry::text INTO found FROM teamboard.history h WHERE h.board = of_board AND h.revision = of_revision;
    SELECT jsonb_object_agg(p.record, p.change) INTO hidden FROM teamboard.history_private p
    WHERE p.board = of_board AND p.revision = of_revision AND (is_admin OR me = ANY (p.readers));
    RETURN CASE WHEN hidden IS NULL THEN found
        ELSE (found::jsonb || jsonb_build_object('changes', found::jsonb -> 'changes' || hidden))::text END;
END $$;

-- Take the lock of a board, as a commit does, and keep it until the end of the transaction; answers with its revision.
-- Who loses a race takes it first, so as not to lose the next.
CREATE FUNCTION teamboard.lock_board(on_board bigint, patience integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    current bigint;
BEGIN
    PERFORM teamboard.seat(on_board);
    PERFORM set_config('lock_timeout', greatest(1, least(patience, 60000))::text, true);
    SELECT b.revision INTO current FROM teamboard.boards b WHERE b.id = on_board FOR UPDATE;
    RETURN current;
END $$;

-- Commit. `patches` has for each record by id the fields to `set` and to `unset`, or null to remove it. `expected` is the
-- revision that the client has seen: the answer has no rows if there is a newer one. `claims` is for an administrator.
CREATE FUNCTION teamboard.commit(
    on_board bigint, expected bigint, key uuid, doing text, patches json, host text, undoing bigint,
    patience integer, claims jsonb
) RETURNS TABLE (new_revision bigint, stored text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD' SET timezone = 'UTC' SET extra_float_digits = 1
SET transform_null_equals = off
AS $$
DECLARE
    me text;
    is_admin boolean;
    row_of_verb teamboard.verbs;
    board teamboard.boards;
    newest timestamptz;
    stamp timestamptz;
    now_text text;
    today text;
    c jsonb;
    id text;
    patch jsonb;
    kind teamboard.kinds;
    hidden jsonb;
    was jsonb;
    new jsonb;
    touched jsonb;
    rule jsonb;
    wrong text;
    numbers jsonb;
    of_number bigint;
    i integer := 0;
    -- Of each record, in the order of the patches: id, before, after, the rule that covers it, both sides of its change.
    ids text[] := '{}';
    wases jsonb[] := '{}';
    news jsonb[] := '{}';
    rules jsonb[] := '{}';
    changes text[] := '{}';
    open_changes text[] := '{}';
    kinds_written jsonb;
    has_hidden boolean := false;
    head_of_entry text;
    full_entry text;
    hash text;
BEGIN
    -- In an older snapshot a seat that was taken away would still be there.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a commit needs the isolation level read committed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT s.me, s.is_admin INTO me, is_admin FROM teamboard.seat(on_board) s;
    SELECT v.* INTO row_of_verb FROM teamboard.verbs v WHERE v.verb = doing;
    IF NOT is_admin THEN
        claims := NULL;
        PERFORM teamboard.bounded(row_of_verb, doing, patches, host, undoing);
    END IF;
    -- A client that is behind takes no lock.
    IF (SELECT b.revision FROM teamboard.boards b WHERE b.id = on_board) IS DISTINCT FROM expected THEN
        -- A commit whose answer was lost, and that is sent again, is answered again.
        RETURN QUERY SELECT h.revision, teamboard.answer(on_board, h.revision, me, is_admin)
            FROM teamboard.history h WHERE h.board = on_board AND h.commit_id = key AND h.role = session_user;
        RETURN;
    END IF;
    PERFORM set_config('lock_timeout', greatest(1, least(patience, 60000))::text, true);
    SELECT b.* INTO board FROM teamboard.boards b WHERE b.id = on_board FOR UPDATE;
    IF board.revision IS DISTINCT FROM expected THEN
        RETURN;
    END IF;
    -- Again: the seat may have been taken away meanwhile.
    SELECT s.me, s.is_admin INTO me, is_admin FROM teamboard.seat(on_board) s;
    new_revision := board.revision + 1;
    SELECT h.at INTO newest FROM teamboard.history h WHERE h.board = on_board AND h.revision = board.revision;
    -- Not now(), which is when the transaction began: one that is held open would date its commit back.
    stamp := clock_timestamp();
    IF newest > stamp AND newest <= stamp + interval '1 day' THEN
        stamp := newest;
    END IF;
    IF claims ? 'at' THEN
        stamp := (claims ->> 'at')::timestamptz;
    END IF;
    now_text := teamboard.written(stamp);
    today := teamboard.day_of(on_board, stamp);
    numbers := board.ids;

    -- First look at everything, on the board as it is; nothing is written before all of it is found in order.
    FOR id, patch IN
        SELECT p.key, p.value::jsonb FROM json_each(patches) p WHERE is_admin OR doing <> 'undo'
        UNION ALL
        SELECT u.id, CASE WHEN u.fields IS NULL THEN 'null' ELSE jsonb_build_object('be', u.fields) END
        FROM teamboard.undone(on_board, me, undoing) u WHERE NOT is_admin AND doing = 'undo'
    LOOP
        IF id !~ '^[A-Z][1-9][0-9]{0,14}$' OR id = ANY (ids) AND cardinality(ids) < 500 THEN
            RAISE EXCEPTION '% is not the id of a record, or is there twice', left(id, 20) USING ERRCODE = 'check_violation';
        END IF;
        -- A whole record comes from `undone` alone.
        IF jsonb_typeof(patch) = 'object' AND patch ? 'be' AND (is_admin OR doing <> 'undo') THEN
            RAISE EXCEPTION '%: a patch sets fields', id USING ERRCODE = 'check_violation';
        END IF;
        IF kind.letter IS DISTINCT FROM left(id, 1) THEN
            SELECT k.* INTO kind FROM teamboard.kinds k WHERE k.letter = left(id, 1);
        END IF;
        of_number := substr(id, 2)::bigint;
        SELECT r.fields INTO was FROM teamboard.records r
        WHERE r.board = on_board AND r.kind = kind.kind AND r.number = of_number;
        IF kind.private <> '{}' AND was IS NOT NULL THEN
            SELECT p.fields INTO hidden FROM teamboard.private p
            WHERE p.board = on_board AND p.kind = kind.kind AND p.number = of_number;
            was := was || coalesce(hidden, '{}');
        END IF;
        wrong := teamboard.bad_patch(kind, id, patch, was);
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION '%: %', id, wrong USING ERRCODE = 'check_violation';
        END IF;
        new := CASE
            WHEN patch = 'null' THEN NULL
            WHEN patch ? 'be' THEN patch -> 'be'
            ELSE coalesce(was, '{}') - ARRAY(SELECT jsonb_array_elements_text(coalesce(patch -> 'unset', '[]')))
                || (patch -> 'set')
        END;
        IF was IS NULL AND NOT is_admin AND doing <> 'undo' AND of_number <> coalesce((numbers ->> kind.kind)::bigint, 0) + 1
        THEN
            RAISE EXCEPTION '%: a new record gets the next number', id USING ERRCODE = 'check_violation';
        END IF;
        IF of_number > coalesce((numbers ->> kind.kind)::bigint, 0) THEN
            numbers := numbers || jsonb_build_object(kind.kind, of_number);
        END IF;
        IF NOT is_admin AND doing <> 'undo' THEN
            wrong := 'this verb does not write it';
            FOR rule IN SELECT r.rule FROM teamboard.rules r
                WHERE r.verb = doing AND r.kind = kind.kind ORDER BY r.place LOOP
                IF new IS NOT NULL THEN
                    new := teamboard.stamped(rule, now_text, today, was, new);
                END IF;
                touched := CASE WHEN was IS NULL THEN new WHEN new IS NULL THEN '{}' ELSE patch -> 'set'
                    || jsonb_object(ARRAY(SELECT jsonb_array_elements_text(coalesce(patch -> 'unset', '[]'))),
                        ARRAY(SELECT ''::text FROM jsonb_array_elements(coalesce(patch -> 'unset', '[]')))) END;
                wrong := teamboard.uncovered(on_board, rule, me, kind.kind, was, new, touched);
                EXIT WHEN wrong IS NULL;
            END LOOP;
            IF wrong IS NOT NULL THEN
                RAISE EXCEPTION '%: %', id, wrong USING ERRCODE = 'insufficient_privilege';
            END IF;
            rules := rules || rule;
        END IF;
        ids := ids || id;
        wases := wases || was;
        news := news || new;
    END LOOP;
    IF (SELECT count(DISTINCT one) FROM unnest(ids) AS one) <> cardinality(ids)
        OR cardinality(ids) = 0 AND doing <> 'import facts' AND NOT is_admin THEN
        RAISE EXCEPTION 'a record is there twice, or none' USING ERRCODE = 'check_violation';
    END IF;

    -- Then what one record needs of the others of the commit.
    IF rules <> '{}' THEN
        SELECT jsonb_build_object(
            'board', on_board, 'me', me, 'verb', doing, 'now', now_text, 'today', today, 'revision', new_revision,
            'was', coalesce(jsonb_object_agg(u.id, u.was) FILTER (WHERE u.was IS NOT NULL), '{}'),
            'new', coalesce(jsonb_object_agg(u.id, u.new) FILTER (WHERE u.new IS NOT NULL), '{}')
        ), (SELECT jsonb_agg(DISTINCT k.kind) FROM teamboard.kinds k WHERE k.letter IN (SELECT left(l, 1) FROM unnest(ids) l))
        INTO c, kinds_written FROM unnest(ids, wases, news) AS u(id, was, new);
        FOR i IN 1 .. cardinality(ids) LOOP
            IF NOT kinds_written @> coalesce(rules[i] -> 'together', '[]') THEN
                RAISE EXCEPTION '%: it does not change alone', ids[i] USING ERRCODE = 'insufficient_privilege';
            END IF;
            FOR wrong IN SELECT teamboard.named_check(value, c, ids[i], wases[i], news[i])
                FROM jsonb_array_elements_text(coalesce(rules[i] -> 'checks', '[]')) LOOP
                IF wrong IS NOT NULL THEN
                    RAISE EXCEPTION '%: %', ids[i], wrong USING ERRCODE = 'insufficient_privilege';
                END IF;
            END LOOP;
        END LOOP;
    END IF;

    -- Write the records, and look whether the board still holds together.
    PERFORM teamboard.write_records(on_board, new_revision, ids, wases, news);

    -- The history entry says what has changed, as it was and as it is.
    FOR i IN 1 .. cardinality(ids) LOOP
        IF kind.letter IS DISTINCT FROM left(ids[i], 1) THEN
            SELECT k.* INTO kind FROM teamboard.kinds k WHERE k.letter = left(ids[i], 1);
        END IF;
        patch := teamboard.difference(wases[i], news[i]);
        changes := changes || (to_json(ids[i])::text || ': ' || patch::text);
        IF kind.private <> '{}' THEN
            new := teamboard.without_private(patch, kind.private);
            has_hidden := has_hidden OR new <> patch;
        ELSE
            new := patch;
        END IF;
        open_changes := open_changes || (to_json(ids[i])::text || ': ' || new::text);
    END LOOP;
    head_of_entry := '{"by": ' || coalesce(to_json(CASE WHEN is_admin THEN claims ->> 'by' ELSE me END)::text, 'null')
        || ', "at": ' || to_json(CASE WHEN is_admin THEN coalesce(claims ->> 'at', now_text) ELSE now_text END)::text
        || ', "verb": ' || to_json(doing)::text || teamboard.remarks(is_admin, host, undoing, claims) || ', "changes": {';
    full_entry := head_of_entry || array_to_string(changes, ', ') || '}}';
    hash := left(encode(sha256(convert_to(
        board.head || E'\n' || new_revision || E'\n' || (full_entry::jsonb)::text, 'UTF8')), 'hex'), 32);
    stored := head_of_entry || array_to_string(open_changes, ', ') || '}, "hash": "' || hash || '"}';
    INSERT INTO teamboard.history (board, revision, at, by, verb, commit_id, role, entry)
    VALUES (on_board, new_revision, stamp, CASE WHEN is_admin THEN claims ->> 'by' ELSE me END, doing, key, session_user,
        stored::json);
    IF has_hidden THEN
        PERFORM teamboard.write_private_history(on_board, new_revision, ids, wases, news);
        stored := teamboard.answer(on_board, new_revision, me, is_admin);
    END IF;
    UPDATE teamboard.boards b SET revision = new_revision, ids = numbers, head = hash, begun = coalesce(b.begun, stamp)
    WHERE b.id = on_board;
    PERFORM pg_notify('teamboard_' || on_board, new_revision::text);
    RETURN NEXT;
END $$;

-- Members call these two functions and no other. All of it belongs to a role that nobody logs in as.
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'teamboard'::regnamespace LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION ' || name || ' FROM PUBLIC';
    END LOOP;
    ALTER SCHEMA teamboard OWNER TO teamboard_owner;
    FOR name IN SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.relnamespace = 'teamboard'::regnamespace AND c.relkind = 'r' LOOP
        EXECUTE 'ALTER TABLE ' || name || ' OWNER TO teamboard_owner';
    END LOOP;
    FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'teamboard'::regnamespace LOOP
        EXECUTE 'ALTER FUNCTION ' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;

GRANT EXECUTE ON FUNCTION teamboard.lock_board(bigint, integer) TO teamboard_members;
GRANT EXECUTE ON FUNCTION teamboard.commit(bigint, bigint, uuid, text, json, text, bigint, integer, jsonb)
    TO teamboard_members;
