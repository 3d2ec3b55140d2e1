"""What waits for a member, in words."""
