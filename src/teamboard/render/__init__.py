"""In and out: a team from YAML, a board as text or JSON."""
