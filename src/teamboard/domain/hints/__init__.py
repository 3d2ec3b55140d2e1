"""Coaching, from facts: what is worth a word with a member, and why."""
