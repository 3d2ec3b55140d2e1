"""What one person keeps on this machine."""
