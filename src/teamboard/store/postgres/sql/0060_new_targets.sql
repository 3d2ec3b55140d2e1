-- A goal that is renewed with a new period may have another target, or another number per week; and a new period can be
-- undone where the team has a field that is stored with its default.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Whether a measure is that of another goal, but for its target or number per week.
CREATE FUNCTION teamboard.is_renewed_measure(was jsonb, new jsonb) RETURNS boolean IMMUTABLE LANGUAGE sql
RETURN was - 'target' - 'per_week' = new - 'target' - 'per_week';

-- As before, but with another target.
CREATE OR REPLACE FUNCTION teamboard.check_rolled_over(c jsonb, id text, was jsonb, new jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
DECLARE
    of_board constant bigint := (c ->> 'board')::bigint;
    period jsonb;
    shares float8;
BEGIN
    SELECT value -> 'period' INTO period FROM jsonb_each(c -> 'new') WHERE left(key, 1) = 'B';
    IF left(id, 1) = 'V' THEN
        RETURN CASE WHEN c #>> ARRAY['new', was ->> 'goal', 'outcome'] IS NULL THEN 'its goal goes on' END;
    ELSIF was IS NULL AND NOT EXISTS (
        SELECT FROM jsonb_each(c -> 'new')
        WHERE left(key, 1) = left(id, 1) AND value ? 'outcome' AND value ->> 'owner' = new ->> 'owner'
            AND value ->> 'title' = new ->> 'title'
            AND (value -> 'measure' = new -> 'measure'
                OR teamboard.is_renewed_measure(value -> 'measure', new -> 'measure')
                    AND teamboard.bad_measure(new -> 'measure') IS NULL)
    ) OR was IS NULL AND (new -> 'starts' <> period -> 'starts' OR new -> 'due' <> period -> 'ends') THEN
        RETURN 'it renews no goal that is closed';
    ELSIF (new ? 'outcome') <> (new ? 'closed') OR new ? 'outcome' AND (new -> 'due' <> was -> 'due'
        OR (new ->> 'closed')::date <> greatest((period ->> 'starts')::date - 1, (was ->> 'starts')::date)) THEN
        RETURN 'a goal closes with the period';
    ELSIF new -> 'due' <> was -> 'due' AND new -> 'due' <> period -> 'ends' THEN
        RETURN 'a goal is carried to the end of the period';
    ELSIF was IS NOT NULL AND new -> 'serves' IS DISTINCT FROM was -> 'serves'
        AND (NOT new ? 'serves'
                AND NOT coalesce(c #> ARRAY['new', was ->> 'serves'], teamboard.goal(of_board, was ->> 'serves')) ? 'outcome'
            OR new ? 'serves' AND (NOT c -> 'new' ? (new ->> 'serves') OR c -> 'was' ? (new ->> 'serves')))
        OR was IS NULL AND c #>> ARRAY['new', new ->> 'serves', 'outcome'] IS NOT NULL THEN
        RETURN 'it serves another team goal';
    ELSIF new -> 'aligned' IS DISTINCT FROM was -> 'aligned' THEN
        SELECT sum(value::text::float8) INTO shares FROM jsonb_each(coalesce(new -> 'aligned', '{}'));
        RETURN CASE WHEN abs(shares - 1) > 1e-6 THEN 'the shares do not add up to 1' END;
    END IF;
    RETURN NULL;
END $$;

-- As before, but what an undo brings back may have its default: a board that was copied here may store it.
CREATE OR REPLACE FUNCTION teamboard.bad_patch(kind teamboard.kinds, id text, patch jsonb, was jsonb) RETURNS text
STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF kind.kind IS NULL THEN
        RETURN 'no table has such records';
    ELSIF patch = 'null' THEN
        RETURN CASE WHEN was IS NULL THEN 'there is no such record' END;
    ELSIF patch ? 'be' AND patch - 'be' = '{}' THEN
        RETURN teamboard.misfit(kind.shape, coalesce((
            SELECT jsonb_object_agg(key, value) FROM jsonb_each(patch -> 'be')
            WHERE value IS DISTINCT FROM kind.shape #> ARRAY['fields', key, 'default']
        ), '{}'), kind.kind);
    ELSIF jsonb_typeof(patch -> 'set') IS DISTINCT FROM 'object' OR patch - 'set' - 'unset' <> '{}' THEN
        RETURN 'a patch sets fields';
    ELSIF was IS NULL THEN
        RETURN CASE WHEN patch ? 'unset' THEN 'there is no such record'
            ELSE teamboard.misfit(kind.shape, patch -> 'set', kind.kind) END;
    ELSIF patch ? 'unset' AND (jsonb_typeof(patch -> 'unset') <> 'array'
        OR EXISTS (SELECT FROM jsonb_array_elements(patch -> 'unset') AS u(name)
            WHERE jsonb_typeof(name) <> 'string' OR kind.shape -> 'needs' @> name
                OR NOT kind.shape -> 'fields' ? (name #>> '{}'))) THEN
        RETURN 'a field is missing';
    END IF;
    RETURN teamboard.misfit(kind.shape - 'needs', patch -> 'set', kind.kind);
END $$;

REVOKE ALL ON FUNCTION teamboard.is_renewed_measure(jsonb, jsonb) FROM PUBLIC;
ALTER FUNCTION teamboard.is_renewed_measure(jsonb, jsonb) OWNER TO teamboard_owner;
