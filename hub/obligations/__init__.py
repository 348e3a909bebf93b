"""What is owed besides the referrals: each is done, or waived with a reason. One command a file."""
