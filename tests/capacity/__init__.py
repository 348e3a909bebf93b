"""What teams have room for, and what follows where there is none."""
