-- Check-ins, of which most commits are made, with fewer look-ups.

SET LOCAL search_path = pg_catalog, pg_temp;

-- The goal or team goal of an id; null if there is none.
CREATE OR REPLACE FUNCTION teamboard.goal(of_board bigint, id text) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
DECLARE
    found jsonb;
BEGIN
    IF id ~ '^[GT][1-9][0-9]{0,14}$' THEN
        SELECT r.fields INTO found FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = CASE WHEN left(id, 1) = 'G' THEN 'goals' ELSE 'team_goals' END
            AND r.number = substr(id, 2)::bigint;
    END IF;
    RETURN found;
END $$;

-- What a record refers to that the board does not have, or has twice. It looks at the board as it has become.
CREATE OR REPLACE FUNCTION teamboard.broken_reference(of_board bigint, kind text, people text[], id text, was jsonb, new jsonb)
RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
    name text;
    terms jsonb;
    above text;
    seen text[] := '{}';
BEGIN
    IF new IS NULL THEN
        RETURN teamboard.missed(of_board, kind, id, was);
    END IF;
    FOREACH name IN ARRAY people LOOP
        IF new ->> name IS NOT NULL AND teamboard.member(of_board, new ->> name) IS NULL THEN
            RETURN name || ' is not a member';
        END IF;
    END LOOP;
    IF kind IN ('checkins', 'revisions') AND teamboard.goal(of_board, new ->> 'goal') IS NULL THEN
        RETURN 'the goal does not exist';
    ELSIF kind = 'checkins' THEN
        -- Most records are check-ins: the queries below are not even looked at.
        RETURN NULL;
    ELSIF kind = 'goals' AND new ? 'aligned' AND EXISTS (SELECT FROM jsonb_object_keys(new -> 'aligned') AS t(key)
        WHERE left(key, 1) <> 'T' OR teamboard.record(of_board, key) IS NULL) THEN
        RETURN 'it is aligned to what is not a team goal';
    ELSIF kind = 'team_goals' AND new ? 'serves' THEN
        above := id;
        seen := ARRAY[id];
        LOOP
            above := CASE WHEN above = id THEN new ELSE teamboard.record(of_board, above) END ->> 'serves';
            EXIT WHEN above IS NULL;
            IF left(above, 1) <> 'T' OR teamboard.record(of_board, above) IS NULL THEN
                RETURN 'it serves what is not a team goal';
            ELSIF above = ANY (seen) THEN
                RETURN 'the team goals are in a circle';
            END IF;
            seen := seen || above;
        END LOOP;
    ELSIF kind = 'revisions' THEN
        SELECT k.shape -> 'fields' INTO terms FROM teamboard.kinds k WHERE k.letter = left(new ->> 'goal', 1);
        FOR name IN
            SELECT CASE WHEN terms ? key THEN teamboard.misfit((terms -> key) - 'default', value, key)
                ELSE key || ' is no term of a goal' END
            FROM (SELECT * FROM jsonb_each(new -> 'before') UNION ALL SELECT * FROM jsonb_each(new -> 'after')) t
            WHERE value <> 'null' OR NOT coalesce(terms -> key ? 'default', false)
        LOOP
            IF name IS NOT NULL THEN
                RETURN name;
            END IF;
        END LOOP;
        IF new ->> 'state' = 'proposed' AND (SELECT count(*) FROM teamboard.records r WHERE r.board = of_board
            AND r.kind = 'revisions' AND r.belongs_to = new ->> 'goal' AND r.fields ->> 'state' = 'proposed') > 1 THEN
            RETURN 'there are two proposals for the goal';
        END IF;
    ELSIF kind = 'one_on_ones' AND NOT new ? 'held' AND (SELECT count(*) FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'one_on_ones' AND r.belongs_to = new ->> 'member'
            AND NOT r.fields ? 'held') > 1 THEN
        RETURN 'there are two planned one-on-ones';
    ELSIF kind = 'team' THEN
        IF (SELECT count(*) FROM teamboard.records r WHERE r.board = of_board AND r.kind = 'team') > 1 THEN
            RETURN 'there are two teams';
        ELSIF new -> 'timezone' IS DISTINCT FROM was -> 'timezone' AND NOT teamboard.is_zone(new ->> 'timezone') THEN
            RETURN 'the time zone is not known';
        END IF;
    ELSIF kind = 'members' THEN
        IF was ->> 'handle' <> new ->> 'handle' AND teamboard.missed(of_board, kind, id, was) IS NOT NULL THEN
            RETURN 'the handle is used';
        END IF;
        above := new ->> 'handle';
        WHILE above IS NOT NULL LOOP
            IF above = ANY (seen) THEN
                RETURN 'the managers are in a circle';
            END IF;
            seen := seen || above;
            above := teamboard.manager_of(of_board, above);
        END LOOP;
    END IF;
    RETURN NULL;
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
    SELECT b.* INTO board FROM teamboard.boards b WHERE b.id = on_board FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        SELECT b.* INTO board FROM teamboard.boards b WHERE b.id = on_board FOR UPDATE;
        -- Again: while it waited, the seat may have been taken away.
        who := teamboard.seat(on_board);
        me := who.me;
        is_admin := who.is_admin;
    END IF;
    IF board.revision IS DISTINCT FROM expected THEN
        RETURN;
    END IF;
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
