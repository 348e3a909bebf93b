"""What teams have room for: how many referrals are open in each queue, and what follows where one is full or no service will do (R30)."""
