-- Notices: what somebody other than its owner does with a goal, as a revision that the owner acknowledges.

SET LOCAL search_path = pg_catalog, pg_temp;

-- What the revision that makes a goal says of it.
CREATE FUNCTION teamboard.terms_of(goal jsonb) RETURNS jsonb IMMUTABLE LANGUAGE sql
RETURN jsonb_build_object('title', goal -> 'title', 'measure', goal -> 'measure', 'due', goal -> 'due');

-- The revision of a new goal that somebody other than its owner has set or renewed.
CREATE FUNCTION teamboard.check_goal_for_another(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    goal constant jsonb := c #> ARRAY['new', new ->> 'goal'];
BEGIN
    RETURN CASE
        WHEN goal IS NULL OR c -> 'was' ? (new ->> 'goal') THEN 'it is about no new goal'
        WHEN goal ->> 'owner' = c ->> 'me' THEN 'nobody has to acknowledge one''s own goal'
        WHEN new -> 'before' <> '{}' OR new -> 'after' <> teamboard.terms_of(goal) THEN 'what it says of the goal is not so'
    END;
END $$;

-- The newest agreed revision by somebody else: of a team goal to which an open goal of one's own is aligned, or a notice
-- about a goal of one's own that is open, or that it tells was closed.
CREATE OR REPLACE FUNCTION teamboard.check_acknowledgement(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    me constant text := c ->> 'me';
    goal constant jsonb := teamboard.goal(of_board, was ->> 'goal');
    is_asked boolean;
BEGIN
    IF was ->> 'reason' IN ('new-goal', 'renewed', 'handed-over', 'closed') THEN
        is_asked := goal ->> 'owner' = me AND (NOT goal ? 'outcome' OR was ->> 'reason' = 'closed');
    ELSE
        is_asked := left(was ->> 'goal', 1) = 'T' AND coalesce(goal ->> 'outcome', '') NOT IN ('achieved', 'missed')
            AND EXISTS (
                SELECT FROM teamboard.records g
                WHERE g.board = of_board AND g.kind = 'goals' AND g.belongs_to = me
                    AND NOT g.fields ? 'outcome' AND g.fields -> 'aligned' ? (was ->> 'goal')
            );
    END IF;
    IF NOT is_asked OR was ->> 'by' = me OR was -> 'acknowledged' ? me THEN
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

REVOKE ALL ON FUNCTION teamboard.terms_of(jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.terms_of(jsonb) OWNER TO teamboard_owner;
REVOKE ALL ON FUNCTION teamboard.check_goal_for_another(jsonb, text, jsonb, jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.check_goal_for_another(jsonb, text, jsonb, jsonb) OWNER TO teamboard_owner;
