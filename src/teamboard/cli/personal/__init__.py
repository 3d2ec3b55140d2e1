"""What one person keeps: settings and keys."""
