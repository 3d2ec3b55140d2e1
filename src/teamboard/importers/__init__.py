"""A team or facts, read from YAML and CSV."""
