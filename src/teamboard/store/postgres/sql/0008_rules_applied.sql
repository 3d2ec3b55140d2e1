-- Holding one record of a commit to the table of verbs; what the server fixes; references; undoing.

SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION teamboard.named_check(name text, c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE name
        WHEN 'check_in' THEN teamboard.check_check_in(c, id, was, new)
        WHEN 'acknowledgement' THEN teamboard.check_acknowledgement(c, id, was, new)
        WHEN 'agreement' THEN teamboard.check_agreement(c, id, was, new)
        WHEN 'alignment' THEN teamboard.check_alignment(c, id, was, new)
        WHEN 'encrypted' THEN teamboard.check_encrypted(c, id, was, new)
        WHEN 'fact' THEN teamboard.check_fact(c, id, was, new)
        WHEN 'feedback' THEN teamboard.check_feedback(c, id, was, new)
        WHEN 'finished_action' THEN teamboard.check_finished_action(c, id, was, new)
        WHEN 'help_wanted' THEN teamboard.check_help_wanted(c, id, was, new)
        WHEN 'imported_check_in' THEN teamboard.check_imported_check_in(c, id, was, new)
        WHEN 'key' THEN teamboard.check_key(c, id, was, new)
        WHEN 'member' THEN teamboard.check_member(c, id, was, new)
        WHEN 'moved_meeting' THEN teamboard.check_moved_meeting(c, id, was, new)
        WHEN 'new_goal' THEN teamboard.check_new_goal(c, id, was, new)
        WHEN 'next_period' THEN teamboard.check_next_period(c, id, was, new)
        WHEN 'planned_review' THEN teamboard.check_planned_review(c, id, was, new)
        WHEN 'preparation' THEN teamboard.check_preparation(c, id, was, new)
        WHEN 'replaced' THEN teamboard.check_replaced(c, id, was, new)
        WHEN 'revised_goal' THEN teamboard.check_revised_goal(c, id, was, new)
        WHEN 'revision' THEN teamboard.check_revision(c, id, was, new)
        WHEN 'rolled_over' THEN teamboard.check_rolled_over(c, id, was, new)
        WHEN 'signature' THEN teamboard.check_signature(c, id, was, new)
        WHEN 'skills' THEN teamboard.check_skills(c, id, was, new)
        WHEN 'standup' THEN teamboard.check_standup(c, id, was, new)
        WHEN 'talk' THEN teamboard.check_talk(c, id, was, new)
        WHEN 'team' THEN teamboard.check_team(c, id, was, new)
        WHEN 'withdrawal' THEN teamboard.check_withdrawal(c, id, was, new)
        ELSE 'the database does not know this check'
    END;
END $$;

-- Whether somebody may write a record of this kind under a rule.
CREATE FUNCTION teamboard.is_theirs(of_board bigint, rule jsonb, me text, kind text, fields jsonb) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
DECLARE
    may constant jsonb := rule -> 'may';
    whose constant text := rule ->> 'whose';
    owner text;
BEGIN
    IF whose = 'check' OR may ? 'member' THEN
        RETURN true;
    ELSIF whose = 'author' THEN
        RETURN fields ->> 'by' = me;
    ELSIF whose = 'side' AND me NOT IN (fields ->> 'member', fields ->> 'manager') THEN
        RETURN false;
    END IF;
    owner := CASE
        WHEN kind = 'members' THEN fields ->> 'handle'
        WHEN kind IN ('goals', 'team_goals') THEN fields ->> 'owner'
        WHEN kind IN ('checkins', 'revisions') THEN teamboard.goal(of_board, fields ->> 'goal') ->> 'owner'
        WHEN kind = 'feedback' THEN fields ->> 'to'
        WHEN kind IN ('one_on_ones', 'facts', 'reviews') THEN fields ->> 'member'
    END;
    IF whose = 'asked' THEN
        RETURN me = CASE WHEN fields ->> 'by' = owner THEN teamboard.manager_of(of_board, owner) ELSE owner END;
    END IF;
    RETURN coalesce(may ? 'owner' AND owner = me, false)
        OR coalesce(may ? 'owner''s manager' AND teamboard.manager_of(of_board, owner) = me, false)
        OR coalesce(may ? 'giver' AND fields ->> 'from' = me, false)
        OR may ? 'manager' AND teamboard.is_manager(of_board, me);
END $$;

-- Whether fields have the values that a rule wants: `wanted` has a list of them for each field, null for its default.
CREATE FUNCTION teamboard.has_values(wanted jsonb, fields jsonb, me text) RETURNS boolean
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    name text;
    allowed jsonb;
    found jsonb;
BEGIN
    FOR name, allowed IN SELECT key, value FROM jsonb_each(wanted) LOOP
        found := coalesce(fields -> name, 'null');
        IF NOT (allowed @> found AND jsonb_typeof(found) IN ('string', 'null')
            AND found NOT IN ('"@actor"', '"@filled"')
            OR allowed ? '@filled' AND teamboard.filled(found)
            OR allowed ? '@actor' AND found #>> '{}' = me) THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END $$;

-- A record with what the server fixes: fields that hold the moment or its day, and when an entry of a list was made.
CREATE FUNCTION teamboard.stamped(rule jsonb, now text, today text, was jsonb, new jsonb) RETURNS jsonb
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
            IF teamboard.filled(fixed -> name) THEN
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

-- Why a rule does not cover the change of one record, without what the named checks say; null if it does.
CREATE FUNCTION teamboard.uncovered(
    of_board bigint, rule jsonb, me text, kind text, was jsonb, new jsonb, touched jsonb
) RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
    name text;
    longer jsonb;
    shorter jsonb;
BEGIN
    IF was IS NULL THEN
        IF NOT rule ? 'makes' OR touched ?| ARRAY(SELECT jsonb_array_elements_text(rule -> 'absent')) THEN
            RETURN 'no such record is made';
        END IF;
    ELSIF new IS NULL THEN
        IF NOT rule ? 'removes' THEN
            RETURN 'nothing is removed';
        END IF;
    ELSIF NOT coalesce(rule -> 'changes', '[]') @> (SELECT coalesce(jsonb_agg(key), '[]') FROM jsonb_object_keys(touched) key)
        THEN
        RETURN 'other fields change';
    END IF;
    IF was IS NOT NULL AND rule ? 'given' AND NOT teamboard.has_values(rule -> 'given', was, me) THEN
        RETURN 'it was something else before';
    ELSIF new IS NOT NULL AND rule ? 'must' AND NOT teamboard.has_values(rule -> 'must', new, me) THEN
        RETURN 'it can''t become this';
    ELSIF NOT coalesce(teamboard.is_theirs(of_board, rule, me, kind, coalesce(was, new)), false) THEN
        RETURN 'it is not yours';
    END IF;
    IF rule ? 'actor' AND new IS NOT NULL THEN
        FOR name IN SELECT value FROM jsonb_array_elements_text(rule -> 'actor') LOOP
            IF touched ? name AND new ->> name <> me THEN
                RETURN 'it is in another''s name';
            END IF;
        END LOOP;
    END IF;
    IF rule ? 'grows' THEN
        FOR name IN SELECT value FROM jsonb_array_elements_text(rule -> 'grows') LOOP
            longer := coalesce(new -> name, '[]');
            shorter := coalesce(was -> name, '[]');
            IF jsonb_array_length(longer) <> jsonb_array_length(shorter) + 1
                OR NOT teamboard.begins_with(longer, shorter)
                OR coalesce(longer #>> '{-1,by}', longer ->> -1) <> me OR coalesce(longer #>> '{-1,text}', '-') = '' THEN
                RETURN 'it is added to, in your own name';
            END IF;
        END LOOP;
    END IF;
    IF rule ? 'joins' THEN
        FOR name IN SELECT value FROM jsonb_array_elements_text(rule -> 'joins') LOOP
            longer := coalesce(new -> name, '[]');
            shorter := coalesce(was -> name, '[]');
            IF longer - me <> shorter - me OR longer ? me = shorter ? me
                OR abs(jsonb_array_length(longer) - jsonb_array_length(shorter)) <> 1 THEN
                RETURN 'you come or go, nobody else';
            END IF;
        END LOOP;
    END IF;
    RETURN NULL;
END $$;

-- What a record refers to that the board does not have, or has twice. It looks at the board as it has become.
CREATE FUNCTION teamboard.broken_reference(of_board bigint, kind text, people text[], id text, was jsonb, new jsonb)
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
    ELSIF kind = 'goals' AND new ? 'aligned' AND EXISTS (SELECT FROM jsonb_object_keys(new -> 'aligned') AS t(key)
        WHERE left(key, 1) <> 'T' OR teamboard.record(of_board, key) IS NULL) THEN
        RETURN 'it is aligned to what is not a team goal';
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

-- Whether a record that was removed is still referred to.
CREATE FUNCTION teamboard.missed(of_board bigint, of_kind text, id text, was jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF of_kind IN ('goals', 'team_goals') AND EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = of_board AND (r.kind IN ('checkins', 'revisions') AND r.belongs_to = id
            OR r.kind = 'goals' AND r.fields -> 'aligned' ? id)
    ) OR of_kind = 'members' AND EXISTS (
        SELECT FROM teamboard.records r JOIN teamboard.kinds k USING (kind) CROSS JOIN unnest(k.people) AS name
        WHERE r.board = of_board AND r.fields ->> name = was ->> 'handle'
    ) THEN
        RETURN 'other records refer to it';
    END IF;
    RETURN NULL;
END $$;

-- The records that a commit of one's own changed, as they are and as they were before it. Fails where a later commit
-- depends on it, unless that was undone itself, and where a review is signed.
CREATE FUNCTION teamboard.undone(of_board bigint, me text, of_revision bigint)
RETURNS TABLE (id text, fields jsonb) STABLE LANGUAGE plpgsql AS $$
DECLARE
    done jsonb;
    ids text[];
    goals text[];
    later record;
    undone bigint[] := '{}';
BEGIN
    SELECT h.entry::jsonb INTO done FROM teamboard.history h
    WHERE h.board = of_board AND h.revision = of_revision AND h.by = me AND NOT h.entry::jsonb ? 'archive';
    IF done IS NULL THEN
        RAISE EXCEPTION 'revision % is not yours to undo', of_revision USING ERRCODE = 'insufficient_privilege';
    END IF;
    ids := ARRAY(SELECT jsonb_object_keys(done -> 'changes'));
    goals := ARRAY(SELECT teamboard.record(of_board, i) ->> 'goal' FROM unnest(ids) AS i WHERE left(i, 1) = 'C');
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
        WHERE h.board = of_board AND h.revision > of_revision AND h.revision <> ALL (undone) AND (
            h.entry::jsonb -> 'changes' ?| ids OR h.entry::jsonb -> 'undoes' = to_jsonb(of_revision)
            OR h.entry::jsonb ? 'archive'
            OR cardinality(goals) > 0 AND EXISTS (SELECT FROM jsonb_object_keys(h.entry::jsonb -> 'changes') AS i
                WHERE left(i, 1) = 'C' AND teamboard.record(of_board, i) ->> 'goal' = ANY (goals)))
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
    RETURN QUERY
        SELECT c.key, CASE
            WHEN c.change -> 'before' = 'null' THEN NULL
            WHEN c.change -> 'after' = 'null' THEN c.change -> 'before'
            ELSE (r.fields || coalesce(p.fields, '{}')) - ARRAY(SELECT jsonb_object_keys(c.change -> 'after'))
                || (c.change -> 'before')
        END
        FROM (
            SELECT open.key, coalesce(h.change::jsonb, open.value) AS change FROM jsonb_each(done -> 'changes') AS open
            LEFT JOIN teamboard.history_private h
                ON h.board = of_board AND h.revision = of_revision AND h.record = open.key
        ) c
        LEFT JOIN teamboard.kinds k ON k.letter = left(c.key, 1)
        LEFT JOIN teamboard.records r ON r.board = of_board AND r.kind = k.kind AND r.number = substr(c.key, 2)::bigint
        LEFT JOIN teamboard.private p ON p.board = of_board AND p.kind = r.kind AND p.number = r.number;
END $$;
