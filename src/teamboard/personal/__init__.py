"""What one person keeps on this machine: settings, keys, drafts, rescued texts, themes, agendas."""
