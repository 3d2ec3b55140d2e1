-- The checks that the table of verbs names: about goals, check-ins and revisions. Each has the same rule in Python, in the
-- action of its verb; tests/store/postgres/cases.py has cases for both.
--
-- `c` is the commit: board, me (the handle of whoever commits), now, today, revision, and all records that it writes as
-- they were (`was`) and as they become (`new`), by id. A check looks at the board as it was, and returns why it refuses.

SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION teamboard.bad_measure(measure jsonb) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
    CASE measure ->> 'kind'
        WHEN 'metric' THEN
            IF abs((measure ->> 'target')::float8 - (measure ->> 'start')::float8) < 1e-9 THEN
                RETURN 'start and target are equal';
            END IF;
        WHEN 'milestones' THEN
            IF EXISTS (
                SELECT FROM jsonb_array_elements(measure -> 'milestones') AS m(item)
                GROUP BY lower(item ->> 'name') HAVING count(*) > 1 OR lower(item ->> 'name') = ''
            ) THEN
                RETURN 'two milestones have the same name, or one has none';
            END IF;
        ELSE
            NULL;
    END CASE;
    RETURN NULL;
END $$;

CREATE FUNCTION teamboard.check_check_in(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    goal constant jsonb := teamboard.goal((c ->> 'board')::bigint, new ->> 'goal');
    done constant jsonb := coalesce(new -> 'done', '[]');
    reached float8;
    in_order jsonb;
BEGIN
    IF goal IS NULL THEN
        RETURN 'the goal does not exist';
    ELSIF goal ? 'outcome' THEN
        RETURN 'the goal is over';
    ELSIF left(new ->> 'goal', 1) = 'T' AND goal ->> 'rolls_up' IS DISTINCT FROM 'own' THEN
        RETURN 'the team goal is the sum of others';
    END IF;
    IF goal #>> '{measure,kind}' = 'milestones' THEN
        SELECT coalesce(jsonb_agg(item -> 'name' ORDER BY place), '[]'),
            coalesce(sum(coalesce((item ->> 'weight')::float8, 1)), 0) INTO in_order, reached
        FROM jsonb_array_elements(goal #> '{measure,milestones}') WITH ORDINALITY AS m(item, place)
        WHERE done ? (item ->> 'name');
        IF done <> in_order OR abs(reached - (new ->> 'value')::float8) > 1e-6 * greatest(1, abs(reached)) THEN
            RETURN 'the milestones done do not fit the goal, or the value';
        END IF;
    ELSIF done <> '[]' THEN
        RETURN 'the goal has no milestones';
    ELSIF goal #>> '{measure,kind}' = 'done' AND (new ->> 'value')::float8 NOT IN (0, 1) THEN
        RETURN 'the goal is done or not';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION teamboard.check_help_wanted(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF teamboard.goal((c ->> 'board')::bigint, was ->> 'goal') ->> 'owner' = c ->> 'me' THEN
        RETURN 'it is your own goal';
    ELSIF EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = (c ->> 'board')::bigint AND r.kind = 'checkins' AND r.belongs_to = was ->> 'goal'
            AND r.number > substr(id, 2)::bigint
    ) THEN
        RETURN 'there is a newer check-in';
    END IF;
    RETURN NULL;
END $$;

-- Shares of open team goals that add up to 1, or none.
CREATE FUNCTION teamboard.check_alignment(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    named text;
    share float8;
    goal jsonb;
    total float8 := 0;
BEGIN
    FOR named, share IN SELECT key, value::text::float8 FROM jsonb_each(coalesce(new -> 'aligned', '{}')) LOOP
        goal := CASE WHEN left(named, 1) = 'T' THEN teamboard.record((c ->> 'board')::bigint, named) END;
        IF goal IS NULL OR goal ? 'outcome' THEN
            RETURN 'it is aligned to what is not an open team goal';
        ELSIF goal ->> 'rolls_up' = 'sum' AND goal #>> '{measure,kind}' = 'metric'
            AND new #>> '{measure,unit}' IS DISTINCT FROM goal #>> '{measure,unit}' THEN
            RETURN 'it is aligned to a sum in another unit';
        ELSIF share <= 0 THEN
            RETURN 'a share must be above 0';
        END IF;
        total := total + share;
    END LOOP;
    IF total <> 0 AND abs(total - 1) > 1e-6 THEN
        RETURN 'the shares do not add up to 1';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION teamboard.check_new_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN new ->> 'title' = '' THEN 'the title is missing'
        WHEN (new ->> 'due')::date < (new ->> 'starts')::date THEN 'it is due before it starts'
        WHEN new ->> 'rolls_up' = 'sum' AND new #>> '{measure,kind}' <> 'metric' THEN 'only a metric can be a sum'
        ELSE coalesce(teamboard.bad_measure(new -> 'measure'), teamboard.check_alignment(c, id, was, new))
    END;
END $$;

-- The newest agreed revision of a team goal, by somebody else, to which an open goal of one's own is aligned.
CREATE FUNCTION teamboard.check_acknowledgement(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    goal constant jsonb := teamboard.goal(of_board, was ->> 'goal');
BEGIN
    IF left(was ->> 'goal', 1) <> 'T' OR goal ->> 'outcome' IN ('achieved', 'missed')
        OR was ->> 'by' = c ->> 'me' OR was -> 'acknowledged' ? (c ->> 'me')
        OR NOT EXISTS (
            SELECT FROM teamboard.records g
            WHERE g.board = of_board AND g.kind = 'goals' AND g.belongs_to = c ->> 'me'
                AND NOT g.fields ? 'outcome' AND g.fields -> 'aligned' ? (was ->> 'goal')
        ) THEN
        RETURN 'you need not acknowledge it';
    ELSIF EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'revisions' AND r.belongs_to = was ->> 'goal'
            AND r.fields ->> 'state' = 'agreed' AND r.number > substr(id, 2)::bigint
    ) THEN
        RETURN 'the goal was revised again since';
    END IF;
    RETURN NULL;
END $$;

-- New terms of a goal: true about what holds now, possible, and with the goal itself if they hold from now on.
CREATE FUNCTION teamboard.check_revision(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    goal_id constant text := new ->> 'goal';
    goal constant jsonb := teamboard.goal(of_board, goal_id);
    before constant jsonb := new -> 'before';
    after constant jsonb := new -> 'after';
    now_on constant jsonb := goal || after;
    today constant date := (c ->> 'today')::date;
    alone boolean;
    holds date := today;
    others record;
BEGIN
    IF goal IS NULL OR goal ? 'outcome' THEN
        RETURN 'the goal is over';
    ELSIF left(goal_id, 1) = 'T' AND goal ->> 'owner' <> c ->> 'me' THEN
        RETURN 'only its owner revises a team goal';
    ELSIF new ->> 'why' = '' OR now_on ->> 'title' = '' THEN
        RETURN 'a text is missing';
    END IF;
    alone := left(goal_id, 1) = 'T'
        OR goal ->> 'owner' = c ->> 'me' AND teamboard.manager_of(of_board, c ->> 'me') IS NULL;
    IF new ->> 'state' <> (CASE WHEN alone THEN 'agreed' ELSE 'proposed' END) THEN
        RETURN 'a revision is proposed, and holds when the other side agrees';
    END IF;
    SELECT max((r.fields ->> 'effective')::date) FILTER (WHERE r.fields ->> 'state' = 'agreed') AS last,
        bool_or(r.fields ->> 'state' = 'proposed'
            AND coalesce(c #>> ARRAY['new', 'V' || r.number, 'state'], 'proposed') = 'proposed') AS open
    INTO others FROM teamboard.records r
    WHERE r.board = of_board AND r.kind = 'revisions' AND r.belongs_to = goal_id;
    IF others.open THEN
        RETURN 'there is an open proposal for the goal';
    ELSIF others.last > today THEN
        RETURN 'the goal changes already, on a later day';
    ELSIF EXISTS (SELECT FROM jsonb_each(c -> 'new') AS o(key, value) WHERE left(key, 1) = 'V' AND key <> id
        AND value ->> 'goal' = goal_id AND NOT c -> 'was' ? key) THEN
        RETURN 'the goal is revised twice';
    END IF;
    IF alone THEN
        holds := (new ->> 'effective')::date;
        IF holds IS NULL OR holds <> today AND (left(goal_id, 1) <> 'T'
            OR holds NOT BETWEEN greatest((goal ->> 'starts')::date, others.last) AND (goal ->> 'due')::date) THEN
            RETURN 'it can''t hold from that day';
        END IF;
    ELSIF new ? 'effective' THEN
        RETURN 'a proposal holds from the day it is agreed';
    END IF;
    IF after = '{}' OR EXISTS (
        SELECT FROM jsonb_each(before) AS b(key, value) FULL JOIN jsonb_each(after) AS a(key, value) USING (key)
        WHERE b.value IS NULL OR a.value IS NULL OR b.value <> coalesce(goal -> key, 'null') OR a.value = b.value
            OR key NOT IN ('title', 'measure', 'due', 'outcome', 'closed')
    ) THEN
        RETURN 'what it says of the goal is not so';
    ELSIF (after ? 'outcome' OR after ? 'closed')
        AND after <> jsonb_build_object('outcome', 'dropped', 'closed', holds) THEN
        RETURN 'a goal is dropped on the day from which that holds';
    ELSIF now_on #>> '{measure,kind}' <> goal #>> '{measure,kind}'
        OR now_on #>> '{measure,unit}' IS DISTINCT FROM goal #>> '{measure,unit}' THEN
        RETURN 'a goal keeps its kind of measure';
    ELSIF (now_on ->> 'due')::date < (goal ->> 'starts')::date THEN
        RETURN 'it is due before it starts';
    ELSIF alone AND NOT c -> 'new' ? goal_id THEN
        RETURN 'the goal has to change with it';
    END IF;
    RETURN teamboard.bad_measure(now_on -> 'measure');
END $$;

-- The proposal that a new revision of the same goal replaces.
CREATE FUNCTION teamboard.check_replaced(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    by_revision text;
BEGIN
    SELECT key INTO by_revision FROM jsonb_each(c -> 'new')
    WHERE left(key, 1) = 'V' AND value ->> 'goal' = was ->> 'goal' AND NOT c -> 'was' ? key;
    RETURN CASE WHEN by_revision IS NULL THEN 'no other revision takes its place'
        WHEN new ? 'word' AND new ->> 'word' <> by_revision || ' instead' THEN 'the word is another' END;
END $$;

CREATE FUNCTION teamboard.check_agreement(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    goal constant jsonb := teamboard.goal((c ->> 'board')::bigint, was ->> 'goal');
    agreed jsonb := was -> 'after';
BEGIN
    IF agreed ->> 'outcome' IS NOT NULL THEN
        agreed := agreed || jsonb_build_object('closed', c -> 'today');
    END IF;
    RETURN CASE
        WHEN goal IS NULL OR goal ? 'outcome' THEN 'the goal is over'
        WHEN EXISTS (SELECT FROM jsonb_each(was -> 'before') WHERE value <> coalesce(goal -> key, 'null'))
            THEN 'the goal has changed since it was proposed'
        WHEN new -> 'after' <> agreed THEN 'it is not what was proposed'
        WHEN NOT c -> 'new' ? (was ->> 'goal') THEN 'the goal has to change with it'
    END;
END $$;

-- An agreed revision that does not hold yet.
CREATE FUNCTION teamboard.check_withdrawal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE
        WHEN (was ->> 'effective')::date IS NULL OR (was ->> 'effective')::date <= (c ->> 'today')::date
            THEN 'it holds already'
        WHEN NOT c -> 'new' ? (was ->> 'goal') THEN 'the goal has to change with it'
    END;
END $$;

-- The terms of a goal follow a revision of the same commit that is agreed now, or withdrawn.
CREATE FUNCTION teamboard.check_revised_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    terms jsonb;
BEGIN
    SELECT CASE value ->> 'state' WHEN 'agreed' THEN value -> 'after' ELSE value -> 'before' END INTO terms
    FROM jsonb_each(c -> 'new')
    WHERE left(key, 1) = 'V' AND value ->> 'goal' = id AND (
        value ->> 'state' = 'agreed' AND c #>> ARRAY['was', key, 'state'] IS DISTINCT FROM 'agreed'
        OR value ->> 'state' = 'withdrawn' AND c #>> ARRAY['was', key, 'state'] = 'agreed'
    );
    RETURN CASE
        WHEN terms IS NULL THEN 'no revision says so'
        WHEN new <> jsonb_strip_nulls(was || terms) THEN 'it differs from the revision'
    END;
END $$;
