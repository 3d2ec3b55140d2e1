-- How a session reads string literals is its own setting: the function has its own, as for names, dates and numbers.

ALTER FUNCTION teamboard.commit(bigint, bigint, uuid, text, json, text, bigint, integer, jsonb)
    SET standard_conforming_strings = on;
ALTER FUNCTION teamboard.commit(bigint, bigint, uuid, text, json, text, bigint, integer, jsonb) SET array_nulls = on;
