"""Links that were wrong, and what follows when somebody says so."""
