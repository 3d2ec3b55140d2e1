-- The days of the period that runs can be corrected, and the goals that begin or end with it follow.

SET LOCAL search_path = pg_catalog, pg_temp;

-- As before; and a goal that changes with the team gets the new days of its period alone.
CREATE OR REPLACE FUNCTION teamboard.check_team(c jsonb, id text, was jsonb, new jsonb) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    old jsonb := was -> 'period';
    period jsonb := new -> 'period';
BEGIN
    IF left(id, 1) <> 'B' THEN
        SELECT c #> ARRAY['was', key, 'period'], value -> 'period' INTO old, period
        FROM jsonb_each(c -> 'new') WHERE left(key, 1) = 'B';
        RETURN CASE
            WHEN new -> 'starts' <> was -> 'starts'
                AND (was -> 'starts' <> old -> 'starts' OR new -> 'starts' <> period -> 'starts')
                OR new -> 'due' <> was -> 'due' AND (was -> 'due' <> old -> 'ends' OR new -> 'due' <> period -> 'ends')
                THEN 'its days are not those of the period'
            WHEN (new ->> 'due')::date < (new ->> 'starts')::date THEN 'it is due before it starts'
        END;
    END IF;
    RETURN CASE
        WHEN new ->> 'name' = '' THEN 'the name is missing'
        WHEN coalesce((new ->> 'at_risk')::float8, 0.7) >= coalesce((new ->> 'on_track')::float8, 0.9)
            THEN 'at_risk must be below on_track'
        WHEN old = period THEN NULL
        WHEN period ->> 'name' = '' OR EXISTS (SELECT FROM jsonb_array_elements(coalesce(new -> 'earlier', '[]'))
            WHERE lower(value ->> 'name') = lower(period ->> 'name')) THEN 'the name is missing, or another period''s'
        WHEN (period ->> 'ends')::date <= (period ->> 'starts')::date
            OR new ? 'earlier' AND period -> 'starts' <> old -> 'starts' THEN 'a period can''t have these days'
    END;
END $$;
