-- Since when a member reports to their manager.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Whoever gets another manager reports to that one since today.
CREATE FUNCTION teamboard.check_new_manager(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE sql
RETURN CASE WHEN new -> 'reports_since' IS DISTINCT FROM
    CASE WHEN new -> 'manager' = was -> 'manager' THEN was -> 'reports_since' ELSE c -> 'today' END
    THEN 'the day is not that of another manager' END;

REVOKE ALL ON FUNCTION teamboard.check_new_manager(jsonb, text, jsonb, jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.check_new_manager(jsonb, text, jsonb, jsonb) OWNER TO teamboard_owner;
