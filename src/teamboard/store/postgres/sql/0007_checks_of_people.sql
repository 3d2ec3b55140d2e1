-- The checks that the table of verbs names: about people, conversations, facts and the team. See the file before.

SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION teamboard.check_feedback(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN new ->> 'to' = c ->> 'me' AND NOT new ? 'source' AND new ->> 'kind' <> 'request' THEN 'it is to yourself'
        WHEN new ->> 'to' = c ->> 'me' AND c ->> 'verb' = 'ask for feedback' THEN 'you can''t ask yourself'
        WHEN new ->> 'round' IS NOT NULL AND NOT c -> 'new' ? (new ->> 'round') THEN 'its round is another'
    END;
END $$;

-- What is written in a one-on-one, or agreed in a review: added to, each entry one's own, actions for one of the two.
CREATE FUNCTION teamboard.check_talk(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    before constant jsonb := coalesce(was, '{}');
    actions constant jsonb := coalesce(new -> 'actions', '[]');
    notes constant jsonb := coalesce(new -> 'notes', '[]');
    topics constant jsonb := coalesce(new -> 'topics', '[]');
    known_actions constant integer := jsonb_array_length(coalesce(before -> 'actions', '[]'));
    known_notes constant integer := jsonb_array_length(coalesce(before -> 'notes', '[]'));
BEGIN
    RETURN CASE
        WHEN greatest(jsonb_array_length(actions), jsonb_array_length(notes), jsonb_array_length(topics)) > 100
            THEN 'it has more than 100 entries'
        WHEN was IS NULL AND new ->> 'manager' IS DISTINCT FROM
            teamboard.manager_of((c ->> 'board')::bigint, new ->> 'member') THEN 'the manager is another'
        WHEN was ->> 'held' <> c ->> 'today' THEN 'it was held on another day'
        WHEN (new ->> 'held')::date > (c ->> 'today')::date THEN 'it can''t be held before its day'
        WHEN NOT teamboard.begins_with(actions, coalesce(before -> 'actions', '[]'))
            OR NOT teamboard.begins_with(notes, coalesce(before -> 'notes', '[]')) THEN 'what stands there stays'
        WHEN EXISTS (
            SELECT FROM jsonb_array_elements(actions) WITH ORDINALITY AS a(item, place)
            WHERE place > known_actions
                AND (item ? 'done' OR item ->> 'owner' NOT IN (new ->> 'member', new ->> 'manager'))
        ) THEN 'an action is for one of the two, and open'
        WHEN EXISTS (
            SELECT FROM jsonb_array_elements(notes) WITH ORDINALITY AS n(item, place)
            WHERE place > known_notes AND item ->> 'by' <> c ->> 'me'
        ) THEN 'a note is another''s'
        WHEN EXISTS (
            SELECT FROM jsonb_array_elements(topics) AS t(item)
            WHERE item ->> 'by' <> c ->> 'me' AND NOT coalesce(before -> 'topics' @> jsonb_build_array(item), false)
        ) THEN 'a topic is another''s'
    END;
END $$;

-- Actions are done today, or open again, by their owner, the member or the member's manager; nothing else changes.
CREATE FUNCTION teamboard.check_finished_action(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    me constant text := c ->> 'me';
    above constant boolean := me = was ->> 'member'
        OR me = teamboard.manager_of((c ->> 'board')::bigint, was ->> 'member');
BEGIN
    IF jsonb_array_length(coalesce(was -> 'actions', '[]')) <> jsonb_array_length(coalesce(new -> 'actions', '[]'))
        OR EXISTS (
            SELECT FROM jsonb_array_elements(was -> 'actions') WITH ORDINALITY AS w(item, place)
            JOIN jsonb_array_elements(new -> 'actions') WITH ORDINALITY AS n(item, place) USING (place)
            WHERE w.item <> n.item AND (w.item - 'done' <> n.item - 'done'
                OR n.item ->> 'done' IS NOT NULL AND (n.item ->> 'done' <> c ->> 'today' OR w.item ? 'done')
                OR NOT coalesce(above OR w.item ->> 'owner' = me, false))
        ) THEN
        RETURN 'only an action of your own, or of your report, is finished, today';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION teamboard.check_fact(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN (new ->> 'on')::date > (c ->> 'today')::date THEN 'its day is in the future' END;
END $$;

-- A check-in with the value of a fact about the goal's owner.
CREATE FUNCTION teamboard.check_imported_check_in(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    goal jsonb;
    fact jsonb;
BEGIN
    IF new IS NULL THEN
        RETURN NULL;
    END IF;
    goal := teamboard.goal(of_board, new ->> 'goal');
    fact := coalesce(c #> ARRAY['new', new ->> 'fact'], teamboard.record(of_board, new ->> 'fact'));
    RETURN CASE
        WHEN left(new ->> 'fact', 1) <> 'E' OR fact IS NULL OR fact ->> 'member' IS DISTINCT FROM goal ->> 'owner'
            OR goal #>> '{measure,kind}' <> 'metric' OR left(new ->> 'goal', 1) <> 'G' THEN 'it fits no fact of the owner'
        WHEN new ->> 'note' <> '' THEN 'it has a note'
        WHEN new -> 'value' <> fact -> 'value' THEN 'its value is not that of the fact'
        WHEN (new ->> 'at')::timestamptz > (c ->> 'now')::timestamptz THEN 'it is in the future'
    END;
END $$;

CREATE FUNCTION teamboard.check_planned_review(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    me constant text := c ->> 'me';
    prepared constant jsonb := coalesce(new -> 'prepared', '{}');
BEGIN
    RETURN CASE
        WHEN was IS NULL AND new ->> 'manager' IS DISTINCT FROM
            teamboard.manager_of((c ->> 'board')::bigint, new ->> 'member') THEN 'the manager is another'
        WHEN prepared - me <> coalesce(was -> 'prepared', '{}') - me OR prepared -> me IS DISTINCT FROM was #> ARRAY['prepared', me]
            AND (prepared ->> me IS DISTINCT FROM 'started' OR me NOT IN (new ->> 'member', new ->> 'manager'))
            THEN 'it says of a preparation what is not so'
    END;
END $$;

-- One's own preparation: begun, or shared, encrypted; shown to the other side when both have shared or the day has come.
CREATE FUNCTION teamboard.check_preparation(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    me constant text := c ->> 'me';
    other constant text := CASE me WHEN was ->> 'member' THEN was ->> 'manager' ELSE was ->> 'member' END;
    sealed constant jsonb := coalesce(new -> 'sealed', '{}');
    prepared constant jsonb := coalesce(new -> 'prepared', '{}');
    revealed constant jsonb := coalesce(new -> 'revealed', '[]');
    two_shared constant boolean := prepared ->> me = 'shared' AND prepared ->> other = 'shared';
BEGIN
    IF prepared - me <> coalesce(was -> 'prepared', '{}') - me OR sealed - me <> coalesce(was -> 'sealed', '{}') - me
        OR revealed - me <> coalesce(was -> 'revealed', '[]') - me THEN
        RETURN 'the other side''s preparation stays as it is';
    ELSIF prepared ->> me = 'started' THEN
        RETURN CASE WHEN was -> 'prepared' ? me OR sealed <> coalesce(was -> 'sealed', '{}')
            OR revealed <> coalesce(was -> 'revealed', '[]') OR new -> 'state' IS DISTINCT FROM was -> 'state'
            OR coalesce(was ->> 'state', 'preparing') NOT IN ('preparing', 'ready')
            THEN 'you have begun to prepare already' END;
    ELSIF prepared ->> me IS DISTINCT FROM 'shared' OR NOT coalesce(teamboard.is_encrypted(sealed ->> me), false) THEN
        RETURN 'what is shared is encrypted';
    ELSIF revealed ? me AND prepared ->> other IS DISTINCT FROM 'shared'
        AND (was ->> 'on')::date > (c ->> 'today')::date THEN
        RETURN 'it is not shown before both have shared, or the day has come';
    ELSIF jsonb_array_length(revealed) > 2 OR coalesce(new ->> 'state', 'preparing') <> (
        CASE WHEN coalesce(two_shared, false) AND NOT was ? 'state' THEN 'ready' ELSE coalesce(was ->> 'state', 'preparing') END
    ) THEN
        RETURN 'its state is another';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION teamboard.is_encrypted(given text) RETURNS boolean IMMUTABLE LANGUAGE sql
    RETURN given LIKE '-----BEGIN AGE ENCRYPTED FILE-----%';

-- What was agreed in a review, or the text added to it.
CREATE FUNCTION teamboard.check_encrypted(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN NOT coalesce(teamboard.is_encrypted(
        CASE WHEN new -> 'additions' IS DISTINCT FROM was -> 'additions' THEN new #>> '{additions,-1,sealed}'
            ELSE new ->> 'outcome' END), false)
        OR jsonb_array_length(coalesce(new -> 'additions', '[]')) > 100 THEN 'it must be encrypted' END;
END $$;

-- One signature more: one's own, or the other side's with oneself as witness, under the same text.
CREATE FUNCTION teamboard.check_signature(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    me constant text := c ->> 'me';
    before constant jsonb := coalesce(was -> 'signatures', '[]');
    signed constant jsonb := coalesce(new -> 'signatures', '[]');
    added constant jsonb := signed -> -1;
BEGIN
    RETURN CASE
        WHEN jsonb_array_length(signed) <> jsonb_array_length(before) + 1 OR NOT teamboard.begins_with(signed, before)
            THEN 'signatures stay as they are'
        WHEN added ->> 'by' NOT IN (was ->> 'member', was ->> 'manager')
            OR coalesce(added ->> 'witnessed', me) <> me OR (added ->> 'by' = me) = (added ? 'witnessed')
            THEN 'it is in another''s name'
        WHEN before @> jsonb_build_array(jsonb_build_object('by', added -> 'by')) THEN 'it is signed already'
        WHEN EXISTS (SELECT FROM jsonb_array_elements(before) WHERE value ->> 'seal' <> added ->> 'seal')
            THEN 'the other side signed something else'
        WHEN new ->> 'state' IS DISTINCT FROM
            CASE jsonb_array_length(signed) WHEN 2 THEN 'signed' ELSE was ->> 'state' END THEN 'its state is another'
    END;
END $$;

-- One skill is added, changed or removed; the member rates as member, the manager as manager.
CREATE FUNCTION teamboard.check_skills(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    theirs constant text := CASE WHEN was ->> 'handle' = c ->> 'me' THEN 'manager' ELSE 'level' END;
    before constant jsonb := coalesce(was -> 'skills', '[]');
    after constant jsonb := coalesce(new -> 'skills', '[]');
    added constant integer := jsonb_array_length(after) - jsonb_array_length(before);
    place integer := 0;
BEGIN
    IF jsonb_array_length(after) > 40 OR EXISTS (
        SELECT FROM jsonb_array_elements(after) GROUP BY lower(value ->> 'name')
        HAVING count(*) > 1 OR lower(value ->> 'name') = ''
    ) THEN
        RETURN 'a skill has no name, or has it twice';
    END IF;
    WHILE before -> place = after -> place LOOP
        place := place + 1;
    END LOOP;
    RETURN CASE
        WHEN added = 1 AND after - -1 = before AND coalesce(after #> ARRAY['-1', theirs], 'null') = 'null' THEN NULL
        WHEN added = -1 AND before - place = after THEN NULL
        WHEN added = 0 AND before - place = after - place
            AND coalesce(after #> ARRAY[place::text, theirs], 'null') = coalesce(before #> ARRAY[place::text, theirs], 'null')
            THEN NULL
        ELSE 'one skill at a time, and the other side''s rating stays' END;
END $$;

CREATE FUNCTION teamboard.check_key(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN coalesce(new ->> 'key' !~ '^age1[02-9ac-hj-np-z]{58}$', true) THEN 'it is not a public key' END;
END $$;

-- A member with a name, a handle that nothing else has, and logins that nobody else has; a manager is replaced, not lost.
CREATE FUNCTION teamboard.check_member(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    logins constant jsonb := coalesce(new -> 'logins', '[]');
    known constant jsonb := coalesce(was -> 'logins', '[]');
BEGIN
    RETURN CASE
        WHEN new ->> 'handle' !~ '^[a-z0-9][a-z0-9._-]{0,31}$'
            OR EXISTS (SELECT FROM teamboard.reserved_handles h WHERE h.handle = new ->> 'handle') THEN 'the handle is not valid'
        WHEN new ->> 'name' = '' THEN 'the name is missing'
        WHEN was ->> 'manager' IS NOT NULL AND new ->> 'manager' IS NULL THEN 'the manager is missing'
        WHEN NOT teamboard.begins_with(logins, known) OR EXISTS (
            SELECT FROM jsonb_array_elements(logins) WITH ORDINALITY AS l(login, place)
            JOIN teamboard.records m ON m.board = (c ->> 'board')::bigint AND m.kind = 'members'
            WHERE place > jsonb_array_length(known) AND m.fields -> 'logins' @> login
        ) THEN 'a login is another''s'
    END;
END $$;

-- Planned meetings move to the member's new manager.
CREATE FUNCTION teamboard.check_moved_meeting(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN NOT EXISTS (
        SELECT FROM jsonb_each(c -> 'new')
        WHERE left(key, 1) = 'M' AND value ->> 'handle' = was ->> 'member' AND value ->> 'manager' = new ->> 'manager'
            AND value ->> 'manager' IS DISTINCT FROM c #>> ARRAY['was', key, 'manager']
    ) THEN 'it moves with the member alone' END;
END $$;

CREATE FUNCTION teamboard.check_team(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN new ->> 'name' = '' THEN 'the name is missing'
        WHEN coalesce((new ->> 'at_risk')::float8, 0.7) >= coalesce((new ->> 'on_track')::float8, 0.9)
            THEN 'at_risk must be below on_track'
    END;
END $$;

-- The period before is closed on the day before the new one begins, and every goal that was due by its end is looked at.
CREATE FUNCTION teamboard.check_next_period(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    old constant jsonb := was -> 'period';
    period constant jsonb := new -> 'period';
    starts constant date := (period ->> 'starts')::date;
    closed constant jsonb := jsonb_build_object('name', old -> 'name', 'starts', old -> 'starts',
        'ends', to_jsonb((starts - 1)::text), 'revision', c -> 'revision');
BEGIN
    RETURN CASE
        WHEN starts <= (old ->> 'starts')::date OR starts > (c ->> 'today')::date OR (period ->> 'ends')::date <= starts
            THEN 'a period can''t have these days'
        WHEN new -> 'earlier' <> coalesce(was -> 'earlier', '[]') || closed THEN 'the period before is not as it was'
        WHEN period ->> 'name' = '' OR EXISTS (SELECT FROM jsonb_array_elements(new -> 'earlier')
            WHERE lower(value ->> 'name') = lower(period ->> 'name')) THEN 'the name is missing, or another period''s'
        WHEN EXISTS (
            SELECT FROM teamboard.records g
            WHERE g.board = (c ->> 'board')::bigint AND g.kind IN ('goals', 'team_goals') AND NOT g.fields ? 'outcome'
                AND (g.fields ->> 'due')::date <= (old ->> 'ends')::date
                AND NOT c -> 'new' ? (CASE g.kind WHEN 'goals' THEN 'G' ELSE 'T' END || g.number)
        ) THEN 'a goal of the period is left out'
    END;
END $$;

-- What becomes of goals with a new period: carried to its end, closed, renewed; proposals for a closed goal go with it.
CREATE FUNCTION teamboard.check_rolled_over(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    period jsonb;
    shares float8;
BEGIN
    SELECT value -> 'period' INTO period FROM jsonb_each(c -> 'new') WHERE left(key, 1) = 'B';
    IF left(id, 1) = 'V' THEN
        RETURN CASE WHEN c #>> ARRAY['new', was ->> 'goal', 'outcome'] IS NULL THEN 'its goal goes on' END;
    ELSIF was IS NULL AND NOT EXISTS (
        SELECT FROM jsonb_each(c -> 'new')
        WHERE left(key, 1) = left(id, 1) AND value ? 'outcome' AND value ->> 'owner' = new ->> 'owner'
            AND value ->> 'title' = new ->> 'title' AND value -> 'measure' = new -> 'measure'
    ) OR was IS NULL AND (new -> 'starts' <> period -> 'starts' OR new -> 'due' <> period -> 'ends') THEN
        RETURN 'it renews no goal that is closed';
    ELSIF (new ? 'outcome') <> (new ? 'closed') OR new ? 'outcome' AND (new -> 'due' <> was -> 'due'
        OR (new ->> 'closed')::date <> greatest((period ->> 'starts')::date - 1, (was ->> 'starts')::date)) THEN
        RETURN 'a goal closes with the period';
    ELSIF new -> 'due' <> was -> 'due' AND new -> 'due' <> period -> 'ends' THEN
        RETURN 'a goal is carried to the end of the period';
    ELSIF new -> 'aligned' IS DISTINCT FROM was -> 'aligned' THEN
        SELECT sum(value::text::float8) INTO shares FROM jsonb_each(coalesce(new -> 'aligned', '{}'));
        RETURN CASE WHEN abs(shares - 1) > 1e-6 THEN 'the shares do not add up to 1' END;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION teamboard.check_standup(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN (new ->> 'at')::timestamptz > (c ->> 'now')::timestamptz THEN 'it begins in the future'
        WHEN new -> 'revision' <> c -> 'revision' THEN 'its revision is another'
        WHEN EXISTS (SELECT FROM jsonb_each(new -> 'seconds') WHERE value::text::numeric NOT BETWEEN 0 AND 86400
            OR teamboard.member((c ->> 'board')::bigint, key) IS NULL) THEN 'the seconds are not those of a member'
    END;
END $$;
