"""The domain model: records, board, formulas, permissions. No I/O, no Textual, no clock."""
