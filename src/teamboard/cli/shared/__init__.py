"""What many commands share: options, printing, shell completion, and opening a screen."""
