-- Nothing waits for somebody who has left, whatever program lets them leave; what is split when it is handed over is seen by
-- the value now; and the rest of a goal begins on the day of the commit.

SET LOCAL search_path = pg_catalog, pg_temp;

-- The value of a metric: that of its newest check-in, which is the last written, or a late one of the same or a later day.
CREATE FUNCTION teamboard.current_value(of_board bigint, id text, goal jsonb) RETURNS float8 STABLE LANGUAGE sql
BEGIN ATOMIC
    WITH written AS (
        SELECT r.number, r.fields, r.fields ? 'on' AS late FROM teamboard.records r
        WHERE r.board = of_board AND r.kind = 'checkins' AND r.belongs_to = id
    )
    SELECT coalesce((
        SELECT (fields ->> 'value')::float8 FROM written
        WHERE late OR number = (SELECT max(number) FROM written WHERE NOT late)
        ORDER BY coalesce((fields ->> 'on')::date, teamboard.day_of(of_board, (fields ->> 'at')::timestamptz)) DESC,
            late DESC, number DESC
        LIMIT 1
    ), (goal #>> '{measure,start}')::float8);
END;

-- Whether a metric is split when it is handed over: a team goal sums it up, and something was reached.
CREATE OR REPLACE FUNCTION teamboard.is_to_split(of_board bigint, id text, goal jsonb) RETURNS boolean STABLE LANGUAGE sql
RETURN goal #>> '{measure,kind}' = 'metric'
    AND EXISTS (
        SELECT FROM jsonb_object_keys(coalesce(goal -> 'aligned', '{}')) AS t(key)
        WHERE teamboard.record(of_board, key) ->> 'rolls_up' = 'sum'
    )
    AND (teamboard.current_value(of_board, id, goal) - (goal #>> '{measure,start}')::float8)
        * ((goal #>> '{measure,target}')::float8 - (goal #>> '{measure,start}')::float8) > 0;

-- As before, and it is set on the day of the commit, and begins then: a day before or after, as a program's clock may say
-- around midnight, an activity on a Monday from that week on.
CREATE OR REPLACE FUNCTION teamboard.differs_from_rest(c jsonb, old jsonb, new jsonb) RETURNS boolean IMMUTABLE LANGUAGE sql
RETURN new - ARRAY['owner', 'measure', 'starts', 'set_on', 'continues', 'weight']
        <> old - ARRAY['owner', 'measure', 'starts', 'set_on', 'continues', 'weight', 'drives']
    OR (new -> 'measure') - ARRAY['start', 'target'] <> (old -> 'measure') - ARRAY['start', 'target']
    OR (new ->> 'due')::date < (new ->> 'starts')::date
    OR new -> 'set_on' IS DISTINCT FROM c -> 'today'
    OR CASE WHEN new #>> '{measure,kind}' = 'activity'
        THEN (new ->> 'starts')::date < date_trunc('week', (c ->> 'today')::timestamp - interval '1 day')::date
        ELSE abs((new ->> 'starts')::date
            - least(greatest((old ->> 'starts')::date, (c ->> 'today')::date), (old ->> 'due')::date)) > 1 END
    OR CASE WHEN new -> 'weight' IS NOT DISTINCT FROM old -> 'weight'
        THEN c #> ARRAY['new', new ->> 'continues', 'weight'] IS DISTINCT FROM old -> 'weight'
        ELSE abs(teamboard.weight_of(new) + teamboard.weight_of(c #> ARRAY['new', new ->> 'continues'])
            - teamboard.weight_of(old)) > 0.00001 END;

-- The id of a record that waits for a member once a commit is made: an open goal or team goal, open feedback, their own
-- request, a review that is not held, an open action of theirs or with them; null if there is none.
CREATE FUNCTION teamboard.left_with(c jsonb, leaver text) RETURNS text STABLE LANGUAGE sql
BEGIN ATOMIC
    WITH now AS (
        SELECT k.letter || r.number AS id, r.kind,
            CASE WHEN c -> 'was' ? (k.letter || r.number) THEN c -> 'new' -> (k.letter || r.number) ELSE r.fields END AS fields
        FROM teamboard.records r JOIN teamboard.kinds k ON k.kind = r.kind
        WHERE r.board = (c ->> 'board')::bigint
            AND (r.kind IN ('feedback', 'one_on_ones', 'reviews')
                -- One that the commit changes is closed or handed over by it, which `check_goal_of_leaver` sees.
                OR r.kind IN ('goals', 'team_goals') AND r.belongs_to = leaver AND NOT c -> 'was' ? (k.letter || r.number))
    )
    SELECT now.id FROM now
    WHERE CASE
        WHEN kind IN ('goals', 'team_goals') THEN NOT fields ? 'outcome'
        WHEN kind = 'feedback' THEN coalesce(fields ->> 'state', 'open') IN ('open', 'acknowledged')
            AND (fields ->> 'to' = leaver OR fields ->> 'kind' = 'request' AND fields ->> 'from' = leaver)
        ELSE kind = 'reviews' AND fields ->> 'member' = leaver
                AND coalesce(fields ->> 'state', 'preparing') IN ('preparing', 'ready')
            OR EXISTS (
                SELECT FROM jsonb_array_elements(coalesce(fields -> 'actions', '[]')) AS a(action)
                WHERE action ->> 'done' IS NULL AND leaver IN (fields ->> 'member', action ->> 'owner')
            )
            -- Of somebody who left under the same manager, it has nobody else to go to.
            AND (kind = 'reviews' OR fields ->> 'member' = leaver
                OR teamboard.next_manager_of(c, fields ->> 'member') IS DISTINCT FROM leaver)
    END
    ORDER BY now.id LIMIT 1;
END;

-- As before, but nothing stays with who leaves.
CREATE OR REPLACE FUNCTION teamboard.check_leaving(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    kind constant text := left(id, 1);
    leaver text;
    day date;
    leavers bigint;
    heir text;
BEGIN
    SELECT count(*), min(value ->> 'handle'), greatest(min((value ->> 'left')::date), (c ->> 'today')::date)
    INTO leavers, leaver, day FROM jsonb_each(c -> 'new')
    WHERE left(key, 1) = 'M' AND value -> 'left' IS DISTINCT FROM c #> ARRAY['was', key, 'left'];
    IF leavers <> 1 THEN
        RETURN 'one member leaves';
    ELSIF NOT teamboard.sets_goals_of(of_board, c ->> 'me', leaver) THEN
        RETURN 'the member is not yours';
    END IF;
    IF kind = 'M' AND was ->> 'handle' = leaver THEN
        RETURN CASE
            WHEN was ? 'left' OR NOT new ? 'left' THEN 'the member has left already'
            WHEN (new ->> 'left')::date < (was ->> 'joined')::date THEN 'the member has joined later'
            WHEN new -> 'manager' IS DISTINCT FROM was -> 'manager' THEN 'the manager stays'
            WHEN EXISTS (
                SELECT FROM teamboard.records r
                WHERE r.board = of_board AND r.kind = 'members' AND r.belongs_to <> leaver
                    AND NOT teamboard.has_left(r.fields, day) AND teamboard.next_manager_of(c, r.belongs_to) = leaver
            ) THEN 'somebody still reports to the member'
            WHEN NOT EXISTS (
                SELECT FROM teamboard.records r
                WHERE r.board = of_board AND r.kind = 'members' AND r.belongs_to <> leaver
                    AND NOT teamboard.has_left(r.fields, day) AND (
                        teamboard.next_manager_of(c, r.belongs_to) IS NULL
                        OR EXISTS (
                            SELECT FROM teamboard.records o
                            WHERE o.board = of_board AND o.kind = 'members' AND o.belongs_to <> leaver
                                AND NOT teamboard.has_left(o.fields, day)
                                AND teamboard.next_manager_of(c, o.belongs_to) = r.belongs_to
                        )
                    )
            ) THEN 'it is the last manager'
            WHEN (new ->> 'left')::date <= (c ->> 'today')::date
                THEN teamboard.left_with(c, leaver) || ' would stay with who has left'
        END;
    ELSIF kind = 'M' THEN
        heir := new ->> 'manager';
        RETURN CASE
            WHEN was ->> 'manager' IS DISTINCT FROM leaver
                AND NOT teamboard.is_above(of_board, leaver, was ->> 'handle') THEN 'the member reports to somebody else'
            -- Who takes the place of the one who leaves, or another who reported to that one.
            WHEN heir IS NOT DISTINCT FROM teamboard.manager_of(of_board, leaver) THEN NULL
            WHEN was ->> 'manager' <> leaver OR heir = leaver
                OR teamboard.has_left(teamboard.member(of_board, heir), day) THEN 'the new manager is another'
        END;
    ELSIF kind IN ('G', 'T') THEN
        RETURN teamboard.check_goal_of_leaver(c, leaver, day, id, was, new);
    ELSIF kind = 'V' AND was IS NULL THEN
        was := c -> 'was' -> (new ->> 'goal');
        RETURN CASE WHEN NOT coalesce(CASE
            WHEN was IS NULL THEN new ->> 'reason' = 'handed-over' AND new -> 'before' = '{}'
                AND new -> 'after' = teamboard.terms_of(c -> 'new' -> (new ->> 'goal'))
            ELSE was ->> 'owner' = leaver AND teamboard.tells_change(new, was, c -> 'new' -> (new ->> 'goal'))
        END, false) THEN 'what it says of the goal is not so' END;
    ELSIF kind = 'V' THEN
        RETURN CASE WHEN teamboard.goal(of_board, was ->> 'goal') ->> 'owner' <> leaver THEN 'the goal is somebody else''s' END;
    ELSIF kind = 'F' THEN
        RETURN CASE WHEN was ->> 'to' <> leaver AND NOT (was ->> 'kind' = 'request' AND was ->> 'from' = leaver)
            THEN 'it waits for somebody else' END;
    END IF;
    RETURN teamboard.check_left_meeting(c, leaver, kind, was, new);
END $$;

REVOKE ALL ON FUNCTION teamboard.current_value(bigint, text, jsonb), teamboard.left_with(jsonb, text) FROM PUBLIC;
ALTER FUNCTION teamboard.current_value(bigint, text, jsonb) OWNER TO teamboard_owner;
ALTER FUNCTION teamboard.left_with(jsonb, text) OWNER TO teamboard_owner;
