-- Editing what a goal says of itself, without a revision.

SET LOCAL search_path = pg_catalog, pg_temp;

-- The check of a name that the table of verbs has.
CREATE OR REPLACE FUNCTION teamboard.named_check(name text, c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    IF to_regprocedure(format('teamboard.%I(jsonb,text,jsonb,jsonb)', 'check_' || name)) IS NULL THEN
        RETURN 'the database does not know this check';
    END IF;
    EXECUTE format('SELECT teamboard.%I($1, $2, $3, $4)', 'check_' || name) INTO found USING c, id, was, new;
    RETURN found;
END $$;

-- Whether somebody sets the goals of a member: above them, or a manager where nobody is above.
CREATE FUNCTION teamboard.sets_goals_of(of_board bigint, me text, owner text) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN teamboard.is_above(of_board, me, owner)
        OR teamboard.manager_of(of_board, owner) IS NULL AND teamboard.is_manager(of_board, me);
END $$;

-- The title and the note by the owner or above, weight and unit by those who set it; of a team goal all by its owner.
CREATE FUNCTION teamboard.check_edited_goal(c jsonb, id text, was jsonb, new jsonb) RETURNS text
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
                AND CASE WHEN is_team_goal THEN 'T' || t.number = id ELSE was -> 'aligned' ? ('T' || t.number) END
                AND EXISTS (SELECT FROM teamboard.records g
                    WHERE g.board = of_board AND g.kind = 'goals' AND g.fields -> 'aligned' ? ('T' || t.number))
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

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['sets_goals_of(bigint, text, text)', 'check_edited_goal(jsonb, text, jsonb, jsonb)'] LOOP
        EXECUTE 'REVOKE ALL ON FUNCTION teamboard.' || name || ' FROM PUBLIC';
        EXECUTE 'ALTER FUNCTION teamboard.' || name || ' OWNER TO teamboard_owner';
    END LOOP;
END $$;
