-- Days away of a member.

SET LOCAL search_path = pg_catalog, pg_temp;

-- One more time away, and none that was there is changed; no two overlap, and each ends after it starts.
CREATE FUNCTION teamboard.check_absences(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    before constant jsonb := coalesce(was -> 'away', '[]');
    after constant jsonb := coalesce(new -> 'away', '[]');
    absence jsonb;
    day date := '-infinity';
BEGIN
    IF jsonb_array_length(after) <> jsonb_array_length(before) + 1 OR jsonb_array_length(after) > 200 OR EXISTS (
        SELECT FROM jsonb_array_elements(before) AS b(value)
        WHERE b.value NOT IN (SELECT a.value FROM jsonb_array_elements(after) AS a(value))
    ) THEN
        RETURN 'one time away is added, and the others stay';
    END IF;
    FOR absence IN SELECT value FROM jsonb_array_elements(after) LOOP
        IF (absence ->> 'starts')::date <= day OR (absence ->> 'ends')::date < (absence ->> 'starts')::date THEN
            RETURN 'the days away overlap, or are backwards';
        END IF;
        day := absence ->> 'ends';
    END LOOP;
    RETURN CASE WHEN day >= (new ->> 'left')::date THEN 'the member has left by then' END;
END $$;

CREATE OR REPLACE FUNCTION teamboard.named_check(name text, c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE name
        WHEN 'absences' THEN teamboard.check_absences(c, id, was, new)
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

REVOKE ALL ON FUNCTION teamboard.check_absences(jsonb, text, jsonb, jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.check_absences(jsonb, text, jsonb, jsonb) OWNER TO teamboard_owner;
