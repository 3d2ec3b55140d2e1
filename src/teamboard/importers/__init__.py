"""Read a team (YAML, CSV) or facts (CSV) from files, each with its schema."""
