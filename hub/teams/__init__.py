"""Who works here: the teams with their localities and clearances, and the staff who may sign in."""
