"""Links that were wrong: who may say so, what follows of it, and who must be told."""
