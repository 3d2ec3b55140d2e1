-- Commits with fewer statements, which hold the lock for less time, and shorter entries.

SET LOCAL search_path = pg_catalog, pg_temp;

-- The check of a name that the table of verbs has.
CREATE OR REPLACE FUNCTION teamboard.named_check(name text, c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    -- Most commits are check-ins: the statement of an EXECUTE is planned each time.
    IF name = 'check_in' THEN
        RETURN teamboard.check_check_in(c, id, was, new);
    ELSIF name = 'activity' THEN
        RETURN teamboard.check_activity(c, id, was, new);
    ELSIF to_regprocedure(format('teamboard.%I(jsonb,text,jsonb,jsonb)', 'check_' || name)) IS NULL THEN
        RETURN 'the database does not know this check';
    END IF;
    EXECUTE format('SELECT teamboard.%I($1, $2, $3, $4)', 'check_' || name) INTO found USING c, id, was, new;
    RETURN found;
END $$;

-- Write records, each as it was and as it becomes (null: it is not there), and fail where the board does not hold together.
CREATE OR REPLACE FUNCTION teamboard.write_records(of_board bigint, of_revision bigint, ids text[], wases jsonb[], news jsonb[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    kind teamboard.kinds;
    wrong text;
    made constant boolean := array_position(wases, NULL) IS NOT NULL;
    removed constant boolean := array_position(news, NULL) IS NOT NULL;
    only_made constant boolean := array_remove(wases, NULL) = '{}';
    old_handle text;
    new_handle text;
BEGIN
    IF cardinality(ids) = 1 THEN
        SELECT k.* INTO kind FROM teamboard.kinds k WHERE k.letter = left(ids[1], 1);
        IF made THEN
            INSERT INTO teamboard.records (board, kind, number, revision, fields)
            VALUES (of_board, kind.kind, substr(ids[1], 2)::bigint, of_revision, news[1] - kind.private);
        ELSIF removed THEN
            DELETE FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = kind.kind AND r.number = substr(ids[1], 2)::bigint;
        ELSE
            UPDATE teamboard.records r SET revision = of_revision, fields = news[1] - kind.private
            WHERE r.board = of_board AND r.kind = kind.kind AND r.number = substr(ids[1], 2)::bigint;
        END IF;
    ELSE
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
    END IF;
    -- The seat follows a member who gets another handle.
    IF cardinality(ids) > 1 OR kind.kind = 'members' THEN
        FOR old_handle, new_handle IN
            SELECT u.was ->> 'handle', u.new ->> 'handle' FROM unnest(ids, wases, news) AS u(id, was, new)
            WHERE left(u.id, 1) = 'M' AND u.was ->> 'handle' <> u.new ->> 'handle'
        LOOP
            UPDATE teamboard.seats s SET handle = new_handle WHERE s.board = of_board AND s.handle = old_handle;
        END LOOP;
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

-- The rest of an entry: login, host, what it undoes; an administrator may also say when it was made elsewhere.
CREATE OR REPLACE FUNCTION teamboard.remarks(is_admin boolean, host text, undoing bigint, claims jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    login constant text := CASE WHEN is_admin THEN claims ->> 'login' ELSE session_user::text END;
    name text;
    told text := '';
BEGIN
    IF login <> '' THEN
        told := told || ',"login":' || to_json(login)::text;
    END IF;
    IF host <> '' THEN
        told := told || ',"host":' || to_json(host)::text;
    END IF;
    IF undoing IS NOT NULL THEN
        told := told || ',"undoes":' || undoing;
    END IF;
    FOREACH name IN ARRAY ARRAY['clock', 'made', 'archive'] LOOP
        IF claims ->> name <> '' THEN
            told := told || ',"' || name || '":' || to_json(claims ->> name)::text;
        END IF;
    END LOOP;
    RETURN told;
END $$;

-- Commit. `patches` has for each record by id the fields to `set` and to `unset`, or null to remove it. `expected` is the
-- revision that the client has seen: the answer has no rows if there is a newer one. `claims` is for an administrator.
CREATE OR REPLACE FUNCTION teamboard.commit(
    on_board bigint, expected bigint, key uuid, doing text, patches json, host text, undoing bigint,
    patience integer, claims jsonb
) RETURNS TABLE (new_revision bigint, stored text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD' SET timezone = 'UTC' SET extra_float_digits = 1
SET transform_null_equals = off SET standard_conforming_strings = on SET array_nulls = on
AS $$
DECLARE
    who record;
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
    unset text[];
    kind teamboard.kinds;
    hidden jsonb;
    was jsonb;
    new jsonb;
    touched jsonb;
    rule jsonb;
    wrong text;
    named text;
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
    who := teamboard.seat(on_board);
    me := who.me;
    is_admin := who.is_admin;
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
    who := teamboard.seat(on_board);
    me := who.me;
    is_admin := who.is_admin;
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
    IF doing = 'undo' AND NOT is_admin THEN
        SELECT json_object_agg(u.id, CASE WHEN u.fields IS NULL THEN 'null' ELSE jsonb_build_object('be', u.fields) END)
        INTO patches FROM teamboard.undone(on_board, me, undoing) u;
    ELSIF doing = 'rename a member' AND NOT is_admin THEN
        SELECT json_object_agg(r.id, jsonb_build_object('set', r.changed))
        INTO patches FROM teamboard.renaming(on_board, patches) r;
    END IF;
    FOR id, patch IN SELECT p.key, p.value::jsonb FROM json_each(patches) p LOOP
        IF id !~ '^[A-Z][1-9][0-9]{0,14}$' THEN
            RAISE EXCEPTION '% is not the id of a record', left(id, 20) USING ERRCODE = 'check_violation';
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
        unset := '{}';
        IF patch ? 'unset' THEN
            unset := ARRAY(SELECT jsonb_array_elements_text(patch -> 'unset'));
        END IF;
        new := CASE
            WHEN patch = 'null' THEN NULL
            WHEN patch ? 'be' THEN patch -> 'be'
            ELSE coalesce(was, '{}') - unset || (patch -> 'set')
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
                touched := CASE WHEN was IS NULL THEN new WHEN new IS NULL THEN '{}'
                    ELSE patch -> 'set' || jsonb_object(unset, unset) END;
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
    IF cardinality(ids) = 0 AND doing <> 'import facts' AND NOT is_admin THEN
        RAISE EXCEPTION 'no record is there' USING ERRCODE = 'check_violation';
    ELSIF cardinality(ids) > 1 THEN
        IF (SELECT count(DISTINCT one) FROM unnest(ids) AS one) <> cardinality(ids) THEN
            RAISE EXCEPTION 'a record is there twice' USING ERRCODE = 'check_violation';
        END IF;
    END IF;

    -- Then what one record needs of the others of the commit.
    IF rules <> '{}' THEN
        c := jsonb_build_object(
            'board', on_board, 'me', me, 'verb', doing, 'now', now_text, 'today', today, 'revision', new_revision,
            'was', CASE WHEN wases[1] IS NULL THEN '{}' ELSE jsonb_build_object(ids[1], wases[1]) END,
            'new', CASE WHEN news[1] IS NULL THEN '{}' ELSE jsonb_build_object(ids[1], news[1]) END
        );
        kinds_written := jsonb_build_array(kind.kind);
        IF cardinality(ids) > 1 THEN
            SELECT c || jsonb_build_object(
                'was', coalesce(jsonb_object_agg(u.id, u.was) FILTER (WHERE u.was IS NOT NULL), '{}'),
                'new', coalesce(jsonb_object_agg(u.id, u.new) FILTER (WHERE u.new IS NOT NULL), '{}')
            ), (SELECT jsonb_agg(DISTINCT k.kind) FROM teamboard.kinds k WHERE k.letter IN (SELECT left(l, 1) FROM unnest(ids) l))
            INTO c, kinds_written FROM unnest(ids, wases, news) AS u(id, was, new);
        END IF;
        FOR i IN 1 .. cardinality(ids) LOOP
            -- A query gets copies of the variables that it names, so it names neither `c` nor an array.
            rule := rules[i];
            IF NOT kinds_written @> coalesce(rule -> 'together', '[]') THEN
                RAISE EXCEPTION '%: it does not change alone', ids[i] USING ERRCODE = 'insufficient_privilege';
            END IF;
            FOR named IN SELECT value FROM jsonb_array_elements_text(coalesce(rule -> 'checks', '[]')) LOOP
                wrong := teamboard.named_check(named, c, ids[i], wases[i], news[i]);
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
        changes := changes || (to_json(ids[i])::text || ':' || patch::text);
        IF kind.private <> '{}' THEN
            new := teamboard.without_private(patch, kind.private);
            has_hidden := has_hidden OR new <> patch;
        ELSE
            new := patch;
        END IF;
        open_changes := open_changes || (to_json(ids[i])::text || ':' || new::text);
    END LOOP;
    head_of_entry := '{"by":' || coalesce(to_json(CASE WHEN is_admin THEN claims ->> 'by' ELSE me END)::text, 'null')
        || ',"at":' || to_json(CASE WHEN is_admin THEN coalesce(claims ->> 'at', now_text) ELSE now_text END)::text
        || ',"verb":' || to_json(doing)::text || teamboard.remarks(is_admin, host, undoing, claims) || ',"changes":{';
    full_entry := head_of_entry || array_to_string(changes, ',') || '}}';
    hash := left(encode(sha256(convert_to(
        board.head || E'\n' || new_revision || E'\n' || (full_entry::jsonb)::text, 'UTF8')), 'hex'), 32);
    stored := head_of_entry || array_to_string(open_changes, ',') || '},"hash":"' || hash || '"}';
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
