"""Who is known, what was said of them, where they live and how they are related: the engine's own tables and their fold."""
