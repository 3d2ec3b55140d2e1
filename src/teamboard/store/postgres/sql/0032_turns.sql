-- The lock of a board goes to those who wait for it in turn; and looking up who asks takes less time.

SET LOCAL search_path = pg_catalog, pg_temp;

-- Who takes the lock of a board locks its row here before the one in `boards`. As it never changes, the end of a commit
-- wakes the next in the queue, not all of them. Members have no right to it.
CREATE TABLE teamboard.turns (
    board bigint PRIMARY KEY REFERENCES teamboard.boards ON DELETE CASCADE
);
INSERT INTO teamboard.turns SELECT id FROM teamboard.boards;

CREATE FUNCTION teamboard.has_turns() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO teamboard.turns VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER has_turns AFTER INSERT ON teamboard.boards FOR EACH ROW EXECUTE FUNCTION teamboard.has_turns();
ALTER TABLE teamboard.turns OWNER TO teamboard_owner;
REVOKE ALL ON FUNCTION teamboard.has_turns() FROM PUBLIC;
ALTER FUNCTION teamboard.has_turns() OWNER TO teamboard_owner;

-- Whether who logged in has not left the team.
CREATE OR REPLACE FUNCTION teamboard.is_on_team(of_board bigint) RETURNS boolean
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    handle text;
    member jsonb;
BEGIN
    SELECT s.handle INTO handle FROM teamboard.seats s WHERE s.board = of_board AND s.role = session_user;
    member := teamboard.member(of_board, handle);
    -- To tell which day it is takes longer than all else.
    RETURN NOT coalesce(member ? 'left', false)
        OR NOT teamboard.has_left(member, teamboard.day_of(of_board, clock_timestamp()));
END $$;

-- Who commits: the handle and the seat of whoever logged in. An administrator without a seat has neither.
CREATE OR REPLACE FUNCTION teamboard.seat(of_board bigint, OUT me text, OUT is_admin boolean) STABLE LANGUAGE plpgsql AS $$
DECLARE
    kind text;
    member jsonb;
BEGIN
    SELECT s.handle, s.seat INTO me, kind FROM teamboard.seats s WHERE s.board = of_board AND s.role = session_user;
    is_admin := me IS NULL AND pg_has_role(session_user, 'teamboard_owner', 'MEMBER');
    IF kind = 'onlooker' THEN
        RAISE EXCEPTION 'an onlooker changes nothing' USING ERRCODE = 'insufficient_privilege';
    ELSIF is_admin THEN
        RETURN;
    END IF;
    member := teamboard.member(of_board, me);
    IF member IS NULL THEN
        RAISE EXCEPTION 'you have no seat on this board' USING ERRCODE = 'insufficient_privilege';
    ELSIF member ? 'left' AND NOT teamboard.is_on_team(of_board) THEN
        RAISE EXCEPTION 'you have left the team' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

-- Take the lock of a board, as a commit does, and keep it until the end of the transaction; answers with its revision.
-- Who loses a race takes it first, so as not to lose the next.
CREATE OR REPLACE FUNCTION teamboard.lock_board(on_board bigint, patience integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who constant record := teamboard.seat(on_board);
    began constant timestamptz := clock_timestamp();
    allowed constant integer := greatest(1, least(patience, 60000));
    ignored text;
    current bigint;
BEGIN
    ignored := set_config('lock_timeout', allowed::text, true);
    -- A transaction with an id may hold the board's row already: it waits for nobody who waits for that.
    IF pg_current_xact_id_if_assigned() IS NULL THEN
        PERFORM FROM teamboard.turns t WHERE t.board = on_board FOR UPDATE;
        -- To wait here and there takes no longer than to wait in one place.
        ignored := set_config('lock_timeout',
            greatest(1, allowed - (1000 * extract(epoch FROM clock_timestamp() - began))::integer)::text, true);
    END IF;
    SELECT b.revision INTO current FROM teamboard.boards b WHERE b.id = on_board FOR UPDATE;
    RETURN current;
END $$;
