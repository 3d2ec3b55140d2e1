-- Team goals that serve a team goal above them.

SET LOCAL search_path = pg_catalog, pg_temp;

-- A team goal serves an open one; a sum has the same unit as what serves it. A circle is a broken reference.
CREATE FUNCTION teamboard.bad_serving(c jsonb, new jsonb) RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
    above constant text := new ->> 'serves';
    goal constant jsonb := CASE WHEN left(above, 1) = 'T' THEN teamboard.record((c ->> 'board')::bigint, above) END;
BEGIN
    RETURN CASE
        WHEN above IS NULL THEN NULL
        WHEN goal IS NULL OR goal ? 'outcome' THEN 'it serves what is not an open team goal'
        WHEN goal ->> 'rolls_up' = 'sum' AND goal #>> '{measure,kind}' = 'metric'
            AND new #>> '{measure,unit}' IS DISTINCT FROM goal #>> '{measure,unit}' THEN 'it serves a sum in another unit'
    END;
END $$;

-- Shares of open team goals that add up to 1, or none; for a team goal the one that it serves.
CREATE OR REPLACE FUNCTION teamboard.check_alignment(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    named text;
    share float8;
    goal jsonb;
    total float8 := 0;
BEGIN
    IF left(id, 1) = 'T' THEN
        RETURN teamboard.bad_serving(c, new);
    END IF;
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

-- What becomes of goals with a new period: carried to its end, closed, renewed; proposals for a closed goal go with it.
CREATE OR REPLACE FUNCTION teamboard.check_rolled_over(c jsonb, id text, was jsonb, new jsonb) RETURNS text
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
    ELSIF was IS NOT NULL AND new -> 'serves' IS DISTINCT FROM was -> 'serves'
        AND (NOT new ? 'serves' OR NOT c -> 'new' ? (new ->> 'serves') OR c -> 'was' ? (new ->> 'serves'))
        OR was IS NULL AND c #>> ARRAY['new', new ->> 'serves', 'outcome'] IS NOT NULL THEN
        RETURN 'it serves another team goal';
    ELSIF new -> 'aligned' IS DISTINCT FROM was -> 'aligned' THEN
        SELECT sum(value::text::float8) INTO shares FROM jsonb_each(coalesce(new -> 'aligned', '{}'));
        RETURN CASE WHEN abs(shares - 1) > 1e-6 THEN 'the shares do not add up to 1' END;
    END IF;
    RETURN NULL;
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

-- Whether a record that was removed is still referred to.
CREATE OR REPLACE FUNCTION teamboard.missed(of_board bigint, of_kind text, id text, was jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF of_kind IN ('goals', 'team_goals') AND EXISTS (
        SELECT FROM teamboard.records r
        WHERE r.board = of_board AND (r.kind IN ('checkins', 'revisions') AND r.belongs_to = id
            OR r.kind = 'goals' AND (r.fields -> 'aligned' ? id OR r.fields ->> 'drives' = id)
            OR r.kind = 'team_goals' AND r.fields ->> 'serves' = id)
    ) OR of_kind = 'members' AND EXISTS (
        SELECT FROM teamboard.records r JOIN teamboard.kinds k USING (kind) CROSS JOIN unnest(k.people) AS name
        WHERE r.board = of_board AND r.fields ->> name = was ->> 'handle'
    ) THEN
        RETURN 'other records refer to it';
    END IF;
    RETURN NULL;
END $$;

-- The title and the note by the owner or above, weight and unit by those who set it; of a team goal all by its owner.
CREATE OR REPLACE FUNCTION teamboard.check_edited_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    me constant text := c ->> 'me';
    is_team_goal constant boolean := left(id, 1) = 'T';
    has_new_unit constant boolean := new -> 'measure' <> was -> 'measure';
BEGIN
    RETURN CASE
        WHEN new ->> 'title' = '' THEN 'the title is missing'
        WHEN is_team_goal AND was ->> 'owner' <> me THEN 'only its owner edits a team goal'
        WHEN has_new_unit AND (was #>> '{measure,kind}' NOT IN ('metric', 'activity')
            OR (new -> 'measure') - 'unit' <> (was -> 'measure') - 'unit') THEN 'of its measure only the unit is edited'
        WHEN NOT is_team_goal AND (has_new_unit OR new -> 'weight' IS DISTINCT FROM was -> 'weight')
            AND NOT teamboard.sets_goals_of(of_board, me, was ->> 'owner') THEN 'weight and unit are set by a manager'
        WHEN has_new_unit AND EXISTS (
            SELECT FROM teamboard.records t
            WHERE t.board = of_board AND t.kind = 'team_goals' AND t.fields ->> 'rolls_up' = 'sum'
                AND CASE WHEN is_team_goal THEN 'T' || t.number IN (id, was ->> 'serves')
                    ELSE was -> 'aligned' ? ('T' || t.number) END
                AND EXISTS (SELECT FROM teamboard.records g
                    WHERE g.board = of_board AND (g.kind = 'goals' AND g.fields -> 'aligned' ? ('T' || t.number)
                        OR g.kind = 'team_goals' AND g.fields ->> 'serves' = 'T' || t.number))
        ) THEN 'its unit is that of a sum'
        WHEN EXISTS (
            SELECT FROM teamboard.records r
            WHERE r.board = of_board AND r.kind = 'revisions' AND r.belongs_to = id AND r.fields ->> 'state' = 'agreed'
                AND (r.fields ->> 'effective')::date > (c ->> 'today')::date
                AND (has_new_unit AND r.fields -> 'after' ? 'measure'
                    OR new -> 'title' <> was -> 'title' AND r.fields -> 'after' ? 'title')
        ) THEN 'a revision to come changes it'
    END;
END $$;

REVOKE ALL ON FUNCTION teamboard.bad_serving(jsonb, jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.bad_serving(jsonb, jsonb) OWNER TO teamboard_owner;
